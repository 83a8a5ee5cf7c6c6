//! Stochastic gradient descent with AdaGrad's step sizes, in a fixed order.

use super::{Model, add, features, math, table::Table};
use crate::bot::{lexicon::Lexicon, normalize::Normalized};

/// So often every example is looked at.
const PASSES: usize = 24;
const STEP: f32 = 0.7;
/// How much of a weight every step takes back. Without it a dozen examples make the model certain of what it has hardly
/// seen; with it a message that is like no example stays below the thresholds.
const DECAY: f32 = 1e-4;
/// Keeps the first steps of rare features small.
const EPSILON: f32 = 1e-3;

/// One example.
#[derive(Debug)]
pub(in crate::bot) struct Example {
    pub(in crate::bot) class: usize,
    pub(in crate::bot) heard: Normalized,
}

/// An example as rows of the table and their values.
struct Sample {
    class: usize,
    importance: f32,
    rows: Vec<(u32, f32)>,
}

pub(super) fn train(examples: &[Example], classes: usize, lexicon: &Lexicon) -> Model {
    // What is needed for learning alone is small and goes early: a process keeps the room that it once needed.
    let features = |example: &Example| features::of(&example.heard, |word| lexicon.is_function_word(word));
    let hashes = examples.iter().flat_map(features).map(|feature| feature.hash).collect();
    let table = Table::new(hashes);
    let importance = importance(examples, classes);
    let samples: Vec<Sample> = examples
        .iter()
        .map(|example| Sample {
            class: example.class,
            importance: importance[example.class],
            rows: features(example)
                .iter()
                .filter_map(|feature| Some((table.row(feature.hash)?, feature.value)))
                .collect(),
        })
        .collect();
    let weights = vec![0.0; table.rows() * classes];
    let mut model = Model { table, weights, bias: vec![0.0; classes] };
    let mut squares = vec![EPSILON; model.weights.len()];
    let mut bias_squares = vec![EPSILON; classes];
    let mut errors = vec![0.0; classes];
    for pass in 0..PASSES {
        for index in order(samples.len(), pass) {
            let sample = &samples[index];
            errors.copy_from_slice(&model.bias);
            for (row, value) in &sample.rows {
                add(&mut errors, model.row(*row as usize), *value);
            }
            math::softmax(&mut errors);
            errors[sample.class] -= 1.0;
            for error in &mut errors {
                *error *= sample.importance;
            }
            descend(&mut model.bias, &mut bias_squares, &errors, 0.1, 0.0);
            for (row, value) in &sample.rows {
                let row = *row as usize;
                let range = row * classes..(row + 1) * classes;
                descend(&mut model.weights[range.clone()], &mut squares[range], &errors, *value, DECAY);
            }
        }
    }
    model
}

/// One step against the gradient, and towards nothing.
fn descend(weights: &mut [f32], squares: &mut [f32], errors: &[f32], value: f32, decay: f32) {
    for ((weight, square), error) in weights.iter_mut().zip(squares).zip(errors) {
        let gradient = error * value + decay * *weight;
        *square += gradient * gradient;
        *weight -= STEP * gradient / square.sqrt();
    }
}

/// A category with few examples is not rarer among customers: each example of it counts more.
fn importance(examples: &[Example], classes: usize) -> Vec<f32> {
    let mut counts = vec![0_u16; classes];
    for example in examples {
        counts[example.class] = counts[example.class].saturating_add(1);
    }
    let used = counts.iter().filter(|count| **count > 0).count().max(1);
    #[expect(clippy::cast_precision_loss, reason = "counts of examples are small")]
    let mean = examples.len() as f32 / used as f32;
    counts.iter().map(|count| (mean / f32::from((*count).max(1))).sqrt()).collect()
}

/// All indices in an order in which the examples of one category do not come in a row; another one in each pass.
fn order(count: usize, pass: usize) -> impl Iterator<Item = usize> {
    const STRIDES: [usize; 4] = [7_919, 104_729, 15_485_863, 1_299_709];
    // A stride that is prime and does not divide the count visits every index once.
    let stride = STRIDES
        .into_iter()
        .cycle()
        .skip(pass)
        .take(4)
        .find(|stride| !count.is_multiple_of(*stride))
        .unwrap_or(1);
    (0..count).map(move |step| (step * stride + pass) % count)
}
