//! Letters in many languages and scripts, left to right and right to left.

use super::{DAY, Placed, people::*};
use crate::mail::{Mail, Person};
use fastrand::Rng;

const LETTERS: &[(Person, &str, &str, &str)] = &[
    (
        YUKI,
        "INBOX",
        "京都の写真ができました 📷",
        "先週の写真を現像しました。紅葉がとてもきれいに写っています。\n\n週末に見に来ませんか。お茶を用意して待っています。",
    ),
    (YUKI, "写真", "展覧会のお知らせ", "来月、駅前の小さな画廊で展覧会を開きます。初日は午後六時からです。"),
    (
        LEILA,
        "INBOX",
        "دعوة إلى العشاء يوم الجمعة",
        "مساء الخير،\n\nنجتمع يوم الجمعة في السابعة مساءً. أمي تطبخ الملوخية، وأخي وعد بأن يحضر العود.\n\nهل تأتين؟",
    ),
    (
        LEILA,
        "عائلة",
        "صور من العيد",
        "وصلت الصور أخيرًا. انظري إلى الصورة رقم 12: كلنا نضحك ولا أحد ينظر إلى الكاميرا!",
    ),
    (
        NOAM,
        "INBOX",
        "שאלה קטנה על הפרק השלישי",
        "שלום,\n\nבפרק 3, עמוד 41, כתוב \"the mill\" - האם הכוונה לטחנה או למעבד?\n\nתודה רבה",
    ),
    (
        OLGA,
        "INBOX",
        "Билеты на субботу",
        "Достала два билета на субботу, третий ряд, начало в семь.\n\nВстретимся у фонтана в половине седьмого?",
    ),
    (OLGA, "Списки", "Что взять с собой", "1. Тёплые носки\n2. Фонарь\n3. Шахматы\n4. Терпение"),
    (MEI, "INBOX", "新茶到了", "今年的龙井到了,香气比去年更好。给你留了半斤,有空来取。"),
    (
        ELENI,
        "INBOX",
        "Το πλοίο φεύγει στις οκτώ",
        "Καλημέρα! Το πλοίο φεύγει στις οκτώ από την προβλήτα Ε3. Έλα μισή ώρα νωρίτερα.",
    ),
    (
        PRIYA,
        "INBOX",
        "दीपावली की शुभकामनाएँ 🪔",
        "आपको और आपके परिवार को दीपावली की हार्दिक शुभकामनाएँ! मिठाई डाक से भेजी है।",
    ),
    (
        MINJUN,
        "INBOX",
        "한옥 수리 견적서",
        "지붕 기와와 창호를 포함한 견적입니다. 궁금한 점이 있으면 알려 주세요.",
    ),
    (ANAN, "INBOX", "ตลาดเช้าวันเสาร์", "เสาร์นี้มีมะม่วงสุกจากสวน มาแต่เช้านะครับ เดี๋ยวหมด"),
    (
        ZOE,
        "INBOX",
        "Le vélo est réparé",
        "J'ai changé la chaîne et les patins de frein. Il file comme le vent : à dimanche !",
    ),
    (
        LUCIA,
        "Travel",
        "¿Cuándo llegas?",
        "El autobús sale de la plaza cada dos horas. Avísame y bajo a buscarte con la mula.",
    ),
    (
        JUERGEN,
        "INBOX",
        "Straßenfest – wer bäckt was?",
        "Bisher: drei Apfelkuchen, kein Brot. Ändert das bitte jemand?",
    ),
    (
        GRACE,
        "INBOX",
        "🎉🎂🎈 Happy birthday! 🎈🎂🎉",
        "Many happy returns! 🥳 The parcel 📦 is on its way; do not shake it. 🙅‍♀️\n\n👩🏽‍💻 + 🐛 = 😤 … 👩🏽‍💻 + ☕ = 😀",
    ),
    (
        OLGA,
        "INBOX",
        "English, русский, עברית, العربية and 日本語 in one line",
        "One line, five scripts: English, русский, עברית, العربية, 日本語 - and back to English.",
    ),
];

pub(super) fn all(owner: Person, now: u64, rng: &mut Rng) -> Vec<Placed> {
    let letters = LETTERS.iter().filter(|(from, ..)| *from != owner).enumerate();
    letters
        .map(|(number, &(from, folder, subject, text))| {
            let mut letter = Mail::new(from, owner, subject, text);
            letter.sent = now - (number as u64 * 5 / 4) * DAY - rng.u64(..DAY);
            letter.marks.seen = rng.u8(..3) > 0;
            letter.marks.flagged = rng.u8(..6) == 0;
            (folder, letter)
        })
        .collect()
}
