//! Black-box tests: the architecture, the record, and the API through its real router.

mod architecture;
mod oracle;
mod random;
mod schemas;
mod store_contract;
