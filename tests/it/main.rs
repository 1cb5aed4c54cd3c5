//! Black-box tests: the architecture, the record, and the API through its real router.

mod api;
mod architecture;
mod call;
mod guide;
mod hazards;
mod oracle;
mod public;
mod random;
mod release;
mod schemas;
mod store_contract;
mod test_app;
