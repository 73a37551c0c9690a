//! What newtypes generated from a spec have in common.

/// Implements conversions from and to the inner type for a newtype: `newtype!(Tag: String,
/// display)`. With `other` in place of `display` it is not displayed.
#[macro_export]
macro_rules! newtype {
    ($ty:ty: $inner:ty, display) => {
        $crate::newtype!($ty: $inner, other);

        impl ::std::fmt::Display for $ty {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&self.0, f)
            }
        }
    };
    ($ty:ty: $inner:ty, other) => {
        impl ::std::convert::From<$inner> for $ty {
            fn from(value: $inner) -> Self {
                Self(value)
            }
        }

        impl ::std::convert::From<$ty> for $inner {
            fn from(value: $ty) -> $inner {
                value.0
            }
        }

        impl ::std::ops::Deref for $ty {
            type Target = $inner;

            fn deref(&self) -> &$inner {
                &self.0
            }
        }

        impl ::std::convert::AsRef<$inner> for $ty {
            fn as_ref(&self) -> &$inner {
                &self.0
            }
        }
    };
}
