//! The linear model: which category a message is like, learned from the examples when the knowledge base loads.
//!
//! Multinomial logistic regression over hashed words, pairs of words and pieces of words. It is trained by a fixed
//! number of passes in a fixed order, with arithmetic that gives the same bits everywhere, so that the same file makes
//! the same model on every machine.

mod features;
mod math;
mod table;
mod train;

use self::table::Table;
pub(super) use self::train::Example;
use super::{lexicon::Lexicon, normalize::Normalized};

/// A trained model; the default one has learned nothing.
#[derive(Debug, Default)]
pub(super) struct Model {
    table: Table,
    /// For each row of the table one weight per class.
    weights: Vec<f32>,
    /// One per class.
    bias: Vec<f32>,
}

impl Model {
    /// Learns from examples; their classes are numbers below `classes`.
    pub(super) fn train(examples: &[Example], classes: usize, lexicon: &Lexicon) -> Self {
        train::train(examples, classes, lexicon)
    }

    /// How likely each class is; empty if there was nothing to learn from.
    pub(super) fn probabilities(&self, heard: &Normalized, lexicon: &Lexicon) -> Vec<f32> {
        let mut scores = self.bias.clone();
        if scores.is_empty() {
            return scores;
        }
        for feature in features::of(heard, |word| lexicon.is_function_word(word)) {
            if let Some(row) = self.table.row(feature.hash) {
                add(&mut scores, self.row(row as usize), feature.value);
            }
        }
        math::softmax(&mut scores);
        scores
    }

    /// How much each word of a message speaks for a class, compared with the other classes.
    pub(super) fn reasons(&self, heard: &Normalized, lexicon: &Lexicon, class: usize) -> Vec<f32> {
        let mut reasons = vec![0.0; heard.tokens().len()];
        for feature in features::of(heard, |word| lexicon.is_function_word(word)) {
            let Some(weights) = self.table.row(feature.hash).map(|row| self.row(row as usize)) else {
                continue;
            };
            #[expect(clippy::cast_precision_loss, reason = "there are few classes")]
            let mean = weights.iter().sum::<f32>() / weights.len() as f32;
            if let (Some(reason), Some(weight)) = (reasons.get_mut(feature.word as usize), weights.get(class))
            {
                *reason += (weight - mean) * feature.value;
            }
        }
        reasons
    }

    fn row(&self, row: usize) -> &[f32] {
        let classes = self.bias.len();
        &self.weights[row * classes..(row + 1) * classes]
    }
}

fn add(scores: &mut [f32], weights: &[f32], value: f32) {
    for (score, weight) in scores.iter_mut().zip(weights) {
        *score += weight * value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn learned() -> (Model, Lexicon) {
        let lexicon = Lexicon::of(["en"]);
        let example = |class, text| Example { class, heard: Normalized::plain(text) };
        let examples = [
            example(0, "where is my refund"),
            example(0, "the card was declined"),
            example(1, "hello there"),
            example(1, "good morning"),
            example(2, "play some music"),
        ];
        (Model::train(&examples, 3, &lexicon), lexicon)
    }

    #[test]
    fn examples_are_learned_and_words_like_them_are_recognized() {
        let (model, lexicon) = learned();
        let best = |text| {
            let found = model.probabilities(&Normalized::plain(text), &lexicon);
            found.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map(|(class, _)| class)
        };
        assert_eq!(best("refunds please"), Some(0));
        assert_eq!(best("hello"), Some(1));
        assert_eq!(best("more music"), Some(2));
    }

    #[test]
    fn same_examples_give_the_same_bits_everywhere() {
        let (model, lexicon) = learned();
        let found = model.probabilities(&Normalized::plain("is my card refunded"), &lexicon);
        assert_eq!(
            found.iter().map(|one| one.to_bits()).collect::<Vec<_>>(),
            [1_065_085_952, 1_007_145_963, 1_006_262_253]
        );
    }

    #[test]
    fn the_telling_word_is_named() {
        let (model, lexicon) = learned();
        let reasons = model.reasons(&Normalized::plain("please refund it"), &lexicon, 0);
        assert!(reasons[1] > 2.0 * reasons[0].max(reasons[2]), "{reasons:?}");
    }

    #[test]
    fn nothing_learned_says_nothing() {
        let lexicon = Lexicon::default();
        assert!(Model::default().probabilities(&Normalized::plain("hello"), &lexicon).is_empty());
    }
}
