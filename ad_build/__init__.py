"""ad-build: exact derivatives of existing Rust, C and C++ programs, by a stock compiler and Enzyme."""

__version__ = "0.1.0"
