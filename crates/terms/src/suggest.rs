//! The name that was probably meant.

/// The nearest of the candidates, if one is near enough: differing only in case or in look-alike letters, or by few
/// keystrokes. The first of equals wins.
pub(crate) fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    const CHARS_MAX: usize = 40;
    let wanted: Vec<char> = skeleton(word).chars().collect();
    if wanted.is_empty() || wanted.len() > CHARS_MAX {
        return None;
    }
    let allowed = match wanted.len() {
        0..=2 => 0,
        3..=5 => 1,
        _ => 2,
    };
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        if candidate.chars().count().abs_diff(wanted.len()) > allowed {
            continue;
        }
        let near: Vec<char> = skeleton(candidate).chars().collect();
        if near.len().abs_diff(wanted.len()) > allowed {
            continue;
        }
        let steps = distance(&wanted, &near);
        if steps <= allowed && best.is_none_or(|(least, _)| steps < least) {
            best = Some((steps, candidate));
        }
    }
    best.map(|(_, name)| name)
}

/// The word in lower case, with Cyrillic and Greek letters that look Latin written as Latin: two names with one
/// skeleton cannot be told apart on paper.
pub(crate) fn skeleton(word: &str) -> String {
    word.chars().map(latin).flat_map(char::to_lowercase).collect()
}

fn latin(c: char) -> char {
    match c {
        'А' | 'Α' => 'A',
        'В' | 'Β' => 'B',
        'Е' | 'Ε' => 'E',
        'К' | 'Κ' => 'K',
        'М' | 'Μ' => 'M',
        'Н' | 'Η' => 'H',
        'О' | 'Ο' => 'O',
        'Р' | 'Ρ' => 'P',
        'С' => 'C',
        'Т' | 'Τ' => 'T',
        'Х' | 'Χ' => 'X',
        'І' | 'Ι' => 'I',
        'Ј' => 'J',
        'Ѕ' => 'S',
        'У' | 'Υ' => 'Y',
        'Ζ' => 'Z',
        'Ν' => 'N',
        'а' => 'a',
        'е' => 'e',
        'о' | 'ο' => 'o',
        'р' => 'p',
        'с' => 'c',
        'х' => 'x',
        'у' => 'y',
        'і' => 'i',
        'ј' => 'j',
        'ѕ' => 's',
        'ԁ' => 'd',
        '\u{2011}' => '-',
        '\u{2019}' => '\'',
        c => c,
    }
}

/// Optimal string alignment: insertions, deletions, replacements and swaps of neighbours.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let cell = |r: &[usize], at: usize| r.get(at).copied().unwrap_or(usize::MAX / 2);
            let mut least =
                (cell(&above, j) + usize::from(x != y)).min(cell(&above, j + 1) + 1).min(cell(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                least = least.min(cell(&before, j - 1) + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn slips_of_the_hand_and_look_alike_letters_are_found_and_strangers_are_not() {
        let names = ["buffer", "contact", "KA"];
        let find = |word: &str| nearest(word, names.into_iter());
        assert_eq!(find("bufer"), Some("buffer"));
        assert_eq!(find("cnotact"), Some("contact"));
        assert_eq!(find("Buffer"), Some("buffer"));
        assert_eq!(find("КА"), Some("KA"));
        assert_eq!(find("harbour"), None);
        assert_eq!(find("VE"), None);
    }
}
