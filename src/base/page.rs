//! Keyset paging: a page starts after the last row seen, so page 1,000 costs what page 1 costs and no row is shown twice
//! when others arrive meanwhile.

/// The place after which a page starts: the sort value and the id of the last row seen. Both descend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// The sort value of the row, such as a time in milliseconds.
    pub key: i64,
    /// Its id, which decides among equal sort values.
    pub id: i64,
}

impl Cursor {
    /// As it stands in a URL.
    pub fn encode(self) -> String {
        format!("{:x}-{:x}", self.key, self.id)
    }

    /// Reads what [`Cursor::encode`] wrote; nothing for any other text.
    pub fn decode(text: &str) -> Option<Self> {
        let (key, id) = text.split_once('-')?;
        Some(Self { key: i64::from_str_radix(key, 16).ok()?, id: i64::from_str_radix(id, 16).ok()? })
    }
}

/// Some rows and where the next ones start.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// The rows, in order.
    pub rows: Vec<T>,
    /// The cursor for the next page; nothing when this is the last.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// A page of `limit` rows out of up to `limit + 1` that the query brought: the one too many says that there are more.
    pub fn cut(mut rows: Vec<T>, limit: usize, cursor: impl Fn(&T) -> Cursor) -> Self {
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(cursor);
        Self { rows, next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_the_url() {
        let cursor = Cursor { key: 1_763_000_000_000, id: 42 };
        assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
        for junk in ["", "-", "x", "1", "g-1", "1-g", "ffffffffffffffffff-1"] {
            assert_eq!(Cursor::decode(junk), None, "{junk}");
        }
    }

    #[test]
    fn a_page_knows_whether_more_follow() {
        let cursor = |n: &i64| Cursor { key: *n, id: *n };
        let page = Page::cut(vec![3, 2, 1], 2, cursor);
        assert_eq!((page.rows, page.next), (vec![3, 2], Some(Cursor { key: 2, id: 2 })));
        assert_eq!(Page::cut(vec![3, 2], 2, cursor).next, None);
    }
}
