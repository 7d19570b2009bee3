use super::*;
use crate::mime::sanitize::{Loads, Surroundings};
use proptest::prelude::*;
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};
use url::Url;

const PIXEL: &str = "data:image/gif;base64,R0lGODlhAQABAAAAACw=";

fn filter_with(style: &str, colors: Colors, loads: &mut Loads) -> String {
    write(&declarations(&mut Parser::new(style), &mut Styling { loads, colors }))
}

fn filter(style: &str) -> String {
    filter_with(style, Colors::AsIs, &mut Loads::default())
}

#[test]
fn what_a_mail_may_declare() {
    let table = [
        ("color: red", "color:red"),
        ("COLOR:#FfF;;width : 50.5% ;", "color:#FfF;width:50.5%"),
        (
            "font: bold 12px/1.5 'Segoe UI', 微软雅黑, sans-serif",
            "font:bold 12px / 1.5 'Segoe UI', 微软雅黑, sans-serif",
        ),
        ("color:rgb(1, 2 ,3)", "color:rgb(1, 2, 3)"),
        ("color:RGBA(1 2 3 / 50%)", "color:rgba(1 2 3 / 50%)"),
        ("color:red ! IMPORTANT;margin:0 auto", "color:red!important;margin:0 auto"),
        ("color:/* a */red", "color:red"),
        ("letter-spacing:-1px", "letter-spacing:-1px"),
        ("background:url(cid:a) #333", "background:#333"),
        ("background-color:transparent", "background-color:transparent"),
        ("display:INLINE-BLOCK;display:table-cell", "display:inline-block;display:table-cell"),
        ("width:calc((100% - 2 * 10px)/3)", "width:calc((100% - 2 * 10px) / 3)"),
        ("width:max(10px,MIN(50%, 3em))", "width:max(10px, min(50%, 3em))"),
        (
            "background:linear-gradient(to right, #fff 0%, rgba(0,0,0,.5))",
            "background:linear-gradient(to right, #fff 0%, rgba(0, 0, 0, .5))",
        ),
        ("box-shadow:0 1px 2px -1px #ccc, 0 0 1px red", "box-shadow:0 1px 2px -1px #ccc, 0 0 1px red"),
        ("mso-line-height-rule:exactly;line-height:20px", "line-height:20px"),
        // Not on the list, or not with that value.
        ("position:fixed;top:0;color:red", "color:red"),
        ("margin:-10px;margin-top: 0 -5px;text-indent:-999px;color:red", "color:red"),
        ("width:expression(alert(1));color:red", "color:red"),
        ("width:calc(1px + var(--x));color:red", "color:red"),
        ("color:rgb(var(--x))", ""),
        ("behavior:url(#x);-moz-binding:url(x);filter:alpha(opacity=0)", ""),
        ("background-image:linear-gradient(red, var(--x))", ""),
        ("height:100vh;min-height:50DVH;width:50vw", "width:50vw"),
        ("height:99999px;padding:1e9px;font-weight:700", "font-weight:700"),
        ("margin:calc(0px - 99px);width:calc(1px + url(x))", ""),
        ("display:grid;display:-ms-flexbox", ""),
        ("color:red!important blue;color:!important;color:red!x", ""),
        ("cursor:url(https://a.test/x),auto;mask-image:url(//a.test)", ""),
        ("color-scheme:light;all:unset", ""),
        ("background:url(x\\\"y);background-image:url('https://a.test/\\\"')", ""),
        ("list-style:url(x)", ""),
        ("animation:x 1s;transition:all;transform:none;z-index:9;content:'x'", ""),
        ("@import 'x';color:red", "color:red"),
        ("color:red}body{color:blue", ""),
        ("color:\\72 ed", ""),
        ("col\\6fr:red", "color:red"),
        ("font-family:'a\\'b'", ""),
        ("font-family:\"a\nb;color:red", "color:red"),
        ("color:red\"><script>", ""),
        ("--x:1;color:red", "color:red"),
        ("color", ""),
        ("color:", ""),
        (":;:;", ""),
        ("", ""),
    ];
    for (style, css) in table {
        assert_eq!(filter(style), css, "{style}");
    }
}

#[test]
fn remote_images_are_counted() {
    let table = [
        ("background:url(https://a.test/x)", 1),
        ("background-image: URL( 'http://a.test/x' ), url(\"//a.test\")", 2),
        ("color:red;cursor:url(https://a.test/x),auto", 1),
        ("content:src('https://a.test/x')", 1),
        ("background:url(cid:x)", 0),
        ("color:red", 0),
    ];
    for (style, remote) in table {
        let mut loads = Loads::default();
        assert!(!filter_with(style, Colors::Both, &mut loads).contains("url"), "{style}");
        assert_eq!(loads.remote.found().images, remote, "{style}");
    }
}

#[test]
fn pictures_come_from_the_mail_or_where_the_reader_wants_them_from() {
    let surroundings = Surroundings {
        pictures: HashMap::from([("a@b".to_owned(), "/api/pictures/x_-.1".to_owned())]),
        images: Some(Arc::new(|address: &Url| {
            (!address.as_str().contains("no")).then(|| "/api/images/1?a=b%20c".to_owned())
        })),
        ..Surroundings::default()
    };
    let embedded = format!("background-image:url(\"{PIXEL}\")");
    let table = [
        ("background:red url(cid:a%40b) no-repeat", "background:red url(\"/api/pictures/x_-.1\") no-repeat"),
        ("background-image:url(https://a.test/x)", "background-image:url(\"/api/images/1?a=b%20c\")"),
        (
            "background:url(//no.test) center, linear-gradient(red, blue)",
            "background:center, linear-gradient(red, blue)",
        ),
        ("background-image:url(//no.test), url(cid:a@b)", "background-image:url(\"/api/pictures/x_-.1\")"),
        ("background-image:url(//no.test)", ""),
        (&embedded, &embedded),
        ("background-image:url(data:image/svg+xml;base64,AAAA)", ""),
        ("list-style-image:url(cid:a@b);content:url(cid:a@b);border-image:url(cid:a@b)", ""),
    ];
    for (style, css) in table {
        assert_eq!(
            filter_with(style, Colors::AsIs, &mut Loads::new(&surroundings, HashSet::new())),
            css,
            "{style}"
        );
    }
    let on_picture = filter_with(
        "background:url(cid:a@b);color:#000",
        Colors::Both,
        &mut Loads::new(&surroundings, HashSet::new()),
    );
    assert!(on_picture.ends_with(";color-scheme:light"), "{on_picture}");
}

#[test]
fn colours_have_another_for_the_dark() {
    let table = [
        ("background:#FFF", "background:light-dark(#FFF,#181b20)"),
        ("background-color:white!important", "background-color:light-dark(white,#181b20)!important"),
        ("background-color:rgb(255, 255, 255)", "background-color:light-dark(rgb(255, 255, 255),#181b20)"),
        (
            "background-color:hsla(0 0% 100% / 50%)",
            "background-color:light-dark(hsla(0 0% 100% / 50%),#181b2080)",
        ),
        ("color:#fff;background:#000", "color:#fff;background:#000"),
        (
            "background:linear-gradient(#fff, #000)",
            "background:linear-gradient(light-dark(#fff,#181b20), #000)",
        ),
        ("border:0 solid transparent;color:inherit", "border:0 solid transparent;color:inherit"),
        ("color:light-dark( #111 , hsl(0 0% 90%) )", "color:light-dark(#111,hsl(0 0% 90%))"),
        ("width:light-dark(red,blue);color:light-dark(red);color:light-dark(red,blue,red)", ""),
    ];
    for (style, css) in table {
        assert_eq!(filter_with(style, Colors::Both, &mut Loads::default()), css, "{style}");
    }
    assert!(
        filter_with("color:#333", Colors::Both, &mut Loads::default()).starts_with("color:light-dark(#333,#")
    );
}

proptest! {
    #[test]
    fn filtering_again_changes_nothing(
        style in "((color|width|font|background|background-image|border|margin|display|x)[:](red|#fff|rgb\\(1,2,3\\)|calc\\(1px [+] 2%\\)|\
            linear-gradient\\(red, #fff\\)|url\\((data:image/gif;base64,AA==|https://a[.]test)\\)|!important| |,|/|-1px|block){0,5};\
            |[ :;,!a-z0-9%#()'\"/\\\\{}@.\n-]{0,30}){0,4}",
    ) {
        for colors in [Colors::AsIs, Colors::Both] {
            let css = filter_with(&style, colors, &mut Loads::default());
            prop_assert_eq!(&filter_with(&css, colors, &mut Loads::default()), &css);
            let harmless = |c: char| c.is_alphanumeric() || " :;,'#%()/.+-*_!\"=".contains(c);
            prop_assert!(css.chars().all(harmless), "{}", css);
            prop_assert!(!css.replace("url(\"data:image/", "").contains("url"), "{}", css);
        }
    }
}
