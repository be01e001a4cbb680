//! Redirects that stay in the house.

use actix_web::HttpResponse;
use actix_web::http::header;

/// Where to go next by an asker's wish (`?next=`): a path of ours, or nothing. What a browser could read as another host
/// (`//evil`, `/\evil`, a tab in between) is no path of ours.
pub fn safe_next(wish: &str) -> Option<&str> {
    let mut chars = wish.chars();
    let first_two = (chars.next(), chars.next());
    let inside = match first_two {
        (Some('/'), None) => true,
        (Some('/'), Some(second)) => second != '/' && second != '\\',
        _ => false,
    };
    // Encoded once more, a slash or backslash may be decoded by a proxy in front of us.
    let lower = wish.get(..4).unwrap_or_default().to_ascii_lowercase();
    let encoded = lower == "/%2f" || lower == "/%5c";
    (inside && !encoded && wish.len() <= 2_000 && wish.chars().all(|c| c.is_ascii_graphic())).then_some(wish)
}

/// `303 See Other`: where the browser goes after a form. `path` is ours, not the asker's; for a wish see [`safe_next`].
pub fn see_other(path: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, path)).finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_ours() {
        for good in ["/", "/calls", "/tickets/7?tab=a#x", "/a/b%20c"] {
            assert_eq!(safe_next(good), Some(good));
        }
        for bad in [
            "",
            "//e",
            "/\\e",
            "/%5ce",
            "/%5Ce",
            "/%2fe",
            "/%2Fe",
            "/\t/e",
            "/\n/e",
            "https:e",
            "https://e",
            "@e",
            "e",
            "\\e",
            " /e",
            "/e\r\nSet-Cookie: x",
            "/é",
            "javascript:alert(1)",
            ".//e",
        ] {
            assert_eq!(safe_next(bad), None, "{bad:?}");
        }
        assert_eq!(safe_next(&format!("/{}", "a".repeat(2_001))), None);
    }
}
