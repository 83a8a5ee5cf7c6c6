//! What people write: words of several languages, the common ones often and most of them hardly ever.

use super::random::Random;

/// How many words there are. The head of the list is real, its tail is made of syllables.
const VOCABULARY: u64 = 60_000;

/// A language by its share of a hundred texts, and its most frequent words in the order of their frequency.
const LANGUAGES: [(u64, &str); 5] = [
    (
        66,
        "the to i my and is a not for in it you we please have with on this can order account when of me invoice help \
         but after are page from payment error email was login password thanks still be your see no time need \
         delivery refund update problem app working customer if phone change number new card our system address \
         message back out today two charged works website again user price get package download screen printer last \
         month subscription device upgrade nothing cancel plan file support browser shows twice address checkout \
         button product setting wrong network license router firmware shipment warranty battery keyboard scanner",
    ),
    (
        14,
        "die ich und der nicht ist das mit bitte zu wir eine für auf haben Rechnung den wie es Konto kann Bestellung \
         seit von Lieferung noch Fehler hallo wenn Passwort über Zahlung mehr Hilfe wieder geht Problem Adresse \
         zurück Größe Straße können möchte läuft Kündigung Gerät Drucker Vertrag Betrag prüfen Grüße",
    ),
    (
        10,
        "de la que el no en mi por un con para una los está pero se factura pedido cuenta cuando gracias ayuda hola \
         contraseña error pago todavía envío dirección correo teléfono cambiar devolución página después también \
         más aplicación número niño día garantía",
    ),
    (
        6,
        "de je le la les un ne pas mon est et en pour que une vous bonjour commande facture compte merci problème \
         livraison déjà reçu été mot passe adresse où ça français remboursement erreur après même numéro œuvre",
    ),
    (
        4,
        "не и в я на что заказ счёт как у меня это пароль оплата спасибо помогите ошибка доставка возврат номер \
         почта адрес 注文 請求書 返金 配送 パスワード 問題 住所 主文",
    ),
];

const ONSETS: [&str; 20] = [
    "b", "br", "ch", "d", "dr", "f", "g", "gl", "k", "l", "m", "n", "p", "pl", "r", "s", "st", "t", "tr", "v",
];
const VOWELS: [&str; 12] = ["a", "e", "i", "o", "u", "ai", "ea", "io", "ou", "é", "ö", "y"];
const CODAS: [&str; 10] = ["", "", "", "n", "r", "s", "l", "nd", "x", "m"];

const NAMES: [&str; 24] = [
    "Ann", "Bruno", "Chloé", "Dmitri", "Elif", "Fatima", "George", "Hana", "Igor", "Jürgen", "Kofi", "Lucía",
    "Miyu", "Noah", "Olga", "Pedro", "Quentin", "Rosa", "Søren", "Tariq", "Uma", "Václav", "Wei", "Zoë",
];

/// The words of all languages, and who writes them.
#[derive(Debug)]
pub(super) struct Texts {
    heads: Vec<(u64, Vec<&'static str>)>,
}

impl Texts {
    pub(super) fn new() -> Self {
        let heads = LANGUAGES.iter().map(|(share, words)| (*share, words.split_whitespace().collect()));
        Self { heads: heads.collect() }
    }

    /// A text of about so many words in one language.
    pub(super) fn text(&self, random: &mut Random, words: u64) -> String {
        let mut share = random.below(100);
        let mut head = &self.heads[0].1;
        for (of, words) in &self.heads {
            head = words;
            match share.checked_sub(*of) {
                Some(rest) => share = rest,
                None => break,
            }
        }
        let count = words / 2 + random.below(words + 1);
        let mut text = String::with_capacity(count as usize * 7);
        let mut begins = true;
        for place in 0..count.max(2) {
            if place > 0 {
                text.push(' ');
            }
            let word = word(head, random);
            if begins {
                let mut letters = word.chars();
                text.extend(letters.next().into_iter().flat_map(char::to_uppercase));
                text.push_str(letters.as_str());
            } else {
                text.push_str(&word);
            }
            begins = random.percent(9);
            if begins {
                text.push_str(random.pick(&[".", ".", "?", "!", ",\n"]));
            }
        }
        if random.percent(4) {
            text.push_str(&format!(" #{}", 1_000 + random.below(9_000_000)));
        }
        text
    }

    /// What somebody is called.
    pub(super) fn name(random: &mut Random) -> String {
        let family = 1_000 + random.below(4_000);
        let mut name = format!("{} ", random.pick(&NAMES));
        let mut letters = made_up(family).chars().collect::<Vec<_>>().into_iter();
        name.extend(letters.next().into_iter().flat_map(char::to_uppercase));
        name.extend(letters);
        name
    }
}

fn word(head: &[&'static str], random: &mut Random) -> String {
    let rank = random.rank(VOCABULARY);
    match head.get(rank as usize) {
        Some(word) => (*word).to_owned(),
        None => made_up(rank),
    }
}

/// The word of a rank: always the same one, and no two ranks near each other share theirs.
pub(super) fn made_up(rank: u64) -> String {
    let mut random = Random::of(0x5EED, 0, rank);
    let mut word = String::new();
    for _ in 0..2 + rank % 3 {
        word.push_str(random.pick(&ONSETS));
        word.push_str(random.pick(&VOWELS));
    }
    word.push_str(random.pick(&CODAS));
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_differ_in_what_is_rare_and_share_what_is_common() {
        let texts = Texts::new();
        let all: Vec<_> = (0..400).map(|n| texts.text(&mut Random::of(7, 1, n), 30)).collect();
        let holding = |word: &str| all.iter().filter(|text| text.split(' ').any(|w| w == word)).count();
        assert!((100..400).contains(&holding("to")), "{}", holding("to"));
        assert!(all.iter().any(|text| !text.is_ascii()));
        assert_eq!(all[3], texts.text(&mut Random::of(7, 1, 3), 30));
        assert_ne!(all[3], all[4]);
    }
}
