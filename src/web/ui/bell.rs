//! The bell that stands on the door's desk: drawn here, coloured and moved by the style sheet.

use maud::{Markup, html};

/// Where its sound has come, in the units of the drawing.
const RINGS: [u32; 6] = [128, 190, 270, 370, 490, 640];

/// The bell. A `ringing` one sounds once; a `still` one stands askew and says nothing.
pub fn bell(how: &str) -> Markup {
    html! {
        div.bell data-bell=(how) aria-hidden="true" {
            svg.bell-rings viewBox="-640 -640 1280 1280" focusable="false" {
                @for r in RINGS { circle cx="0" cy="0" r=(r) {} }
            }
            svg.bell-body viewBox="0 0 180 112" focusable="false" {
                rect.bell-knob x="82" y="4" width="16" height="26" rx="8" {}
                path.bell-dome d="M22 92a68 68 0 0 1 136 0z" {}
                path.bell-shine d="M46 78a46 46 0 0 1 32-34" {}
                rect.bell-foot x="10" y="94" width="160" height="14" rx="7" {}
            }
        }
    }
}
