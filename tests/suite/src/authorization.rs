//! Services that require authorization: who may do what, and what else a credential can be.

mod clients;
mod demo;
mod fuzz;
mod keys;
mod matrix;
mod roles;
pub mod stack;
mod user_list;
