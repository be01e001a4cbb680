//! Deskbell: a self-hosted help desk appliance.

pub mod base;

pub mod config;

pub mod db;

pub mod events;

pub mod blobs;
pub mod jobs;

pub mod phone;
pub mod web;

pub mod settings;

pub mod accounts;

pub mod people;

pub mod tickets;

pub mod calls;

pub mod routes;

pub mod app;
pub mod cli;
pub mod ops;
