//! The questions: each can be left unanswered.

use crate::{model::advice::Answers, state::reactive::follow};
use leptos::prelude::*;

/// The questions.
#[component]
pub fn Questions(
    /// What is answered so far.
    answers: RwSignal<Answers>,
) -> impl IntoView {
    view! {
        <div class="questions">
            <Question
                id="devices" text="Do you read this mail on several devices?"
                answer=Signal::derive(move || answers.get().several_devices)
                on_answer=move |yes| answers.update(|answers| answers.several_devices = Some(yes))
            />
            <Question
                id="folders" text="Do you want the same folders on all of them?"
                answer=Signal::derive(move || answers.get().same_folders)
                on_answer=move |yes| answers.update(|answers| answers.same_folders = Some(yes))
            />
            <Question
                id="slow" text="Is your connection slow, metered or unreliable?"
                answer=Signal::derive(move || answers.get().slow)
                on_answer=move |yes| answers.update(|answers| answers.slow = Some(yes))
            />
        </div>
    }
}

#[component]
fn Question(
    id: &'static str,
    text: &'static str,
    answer: Signal<Option<bool>>,
    #[prop(into)] on_answer: Callback<bool>,
) -> impl IntoView {
    let choice = move |yes: bool, label: &'static str| {
        view! {
            <label class="check">
                <input
                    type="radio" name=format!("choose-{id}")
                    prop:checked=follow(move || answer.get() == Some(yes)) on:change=move |_| on_answer.run(yes)
                />
                <span>{label}</span>
            </label>
        }
    };
    view! {
        <fieldset class="question" role="radiogroup" aria-label=text>
            <legend>{text}</legend>
            {choice(true, "Yes")}
            {choice(false, "No")}
        </fieldset>
    }
}
