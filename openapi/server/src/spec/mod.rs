//! What the generator records of a spec, as constants that the run time reads. Schemas are apart,
//! in [`schema`](crate::schema), since they are compiled at start.

mod content;
mod field;
mod operation;
mod parameter;
mod security;

pub use content::{BodyFormat, MediaTypeSpec};
pub use field::{FieldSpec, FieldStyle, PrimitiveType};
pub use operation::{BodySpec, OperationSpec};
pub use parameter::{Location, ParameterSpec, ValueStyle};
pub use security::{KeyLocation, SecurityScheme};
