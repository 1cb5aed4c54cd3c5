//! Black-box tests: the architecture, the record, and the API through its real router.

mod architecture;
mod oracle;
mod random;
mod store_contract;
