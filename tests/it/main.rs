//! Black-box tests: the architecture, the record, and the API through its real router.

mod architecture;
mod public;
mod store_contract;
