//! Services that require authorization: who may do what, and what else a credential can be.

mod demo;
mod fuzz;
mod keys;
mod matrix;
mod stack;
