//! What is refused, with the message and the place.

#[test]
fn messages() {
    trybuild::TestCases::new().compile_fail("tests/refused/*.rs");
}
