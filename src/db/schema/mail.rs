//! The tables of mail.

use diesel::table;

table! {
    mailboxes (id) {
        id -> BigInt,
        name -> Text,
        address -> Text,
        team_id -> Nullable<BigInt>,
        language -> Nullable<Text>,
        imap_host -> Text,
        imap_port -> BigInt,
        imap_security -> Text,
        imap_pin -> Text,
        smtp_host -> Text,
        smtp_port -> BigInt,
        smtp_security -> Text,
        smtp_pin -> Text,
        login -> Text,
        auth -> Text,
        secret -> Nullable<Binary>,
        client_secret -> Nullable<Binary>,
        sign_in -> Nullable<Binary>,
        renewing_until_at -> Nullable<BigInt>,
        oauth -> Text,
        folders -> Text,
        after_taking -> Text,
        taken_folder -> Text,
        size_max_bytes -> BigInt,
        reopen_days -> BigInt,
        acknowledges -> Bool,
        authserv_id -> Text,
        sends_verp -> Bool,
        dkim_domain -> Text,
        dkim_selector -> Text,
        dkim_key -> Nullable<Binary>,
        created_at -> BigInt,
        updated_at -> BigInt,
        disabled_at -> Nullable<BigInt>,
        leased_by -> Nullable<Text>,
        leased_until_at -> Nullable<BigInt>,
        fetched_at -> Nullable<BigInt>,
        newest_mail_at -> Nullable<BigInt>,
        failing_since_at -> Nullable<BigInt>,
        failure -> Nullable<Text>,
        needs_sign_in_at -> Nullable<BigInt>,
        auth_failures -> BigInt,
        refused_at -> Nullable<BigInt>,
        sign_in_told_at -> Nullable<BigInt>,
        smtp_failing_since_at -> Nullable<BigInt>,
        smtp_failure -> Nullable<Text>,
        smtp_auth_failures -> BigInt,
        wanted_at -> Nullable<BigInt>,
        lying -> Text,
    }
}

table! {
    mailbox_good_settings (mailbox_id) {
        mailbox_id -> BigInt,
        settings -> Text,
        secret -> Nullable<Binary>,
        until_at -> BigInt,
    }
}

table! {
    mail_folders (mailbox_id, name) {
        mailbox_id -> BigInt,
        name -> Text,
        uid_validity -> BigInt,
        uid_high -> BigInt,
        reconciled_at -> Nullable<BigInt>,
        unaccounted -> BigInt,
        on_server -> BigInt,
        fetched_at -> Nullable<BigInt>,
        failing_since_at -> Nullable<BigInt>,
        failure -> Nullable<Text>,
        behind_since_at -> Nullable<BigInt>,
        unfiled -> Nullable<Text>,
        withheld -> Nullable<Text>,
        since_at -> BigInt,
        account -> BigInt,
    }
}

table! {
    inbound_mails (id) {
        id -> BigInt,
        mailbox_id -> BigInt,
        folder -> Text,
        uid_validity -> BigInt,
        uid -> BigInt,
        blob -> Nullable<Text>,
        content_key -> Nullable<Text>,
        message_id -> Text,
        sender -> Text,
        subject -> Text,
        searched -> Text,
        size_bytes -> BigInt,
        outcome -> Text,
        reason -> Text,
        attempts -> BigInt,
        ticket_id -> Nullable<BigInt>,
        entry_id -> Nullable<BigInt>,
        seen_at -> BigInt,
        settled_at -> Nullable<BigInt>,
        filed_at -> Nullable<BigInt>,
        lay_since_at -> Nullable<BigInt>,
    }
}

table! {
    letter_pages (entry_id) {
        entry_id -> BigInt,
        html -> Text,
    }
}

table! {
    attachments (id) {
        id -> BigInt,
        entry_id -> Nullable<BigInt>,
        agent_id -> Nullable<BigInt>,
        ticket_id -> Nullable<BigInt>,
        name -> Text,
        media_type -> Text,
        size_bytes -> BigInt,
        blob -> Text,
        thumbnail -> Nullable<Text>,
        content_id -> Text,
        is_inline -> Bool,
        created_at -> BigInt,
    }
}

table! {
    message_ids (message_id, ticket_id) {
        message_id -> Text,
        ticket_id -> BigInt,
        entry_id -> Nullable<BigInt>,
    }
}

table! {
    participants (ticket_id, address) {
        ticket_id -> BigInt,
        address -> Text,
        name -> Text,
        person_id -> Nullable<BigInt>,
        verified_at -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

table! {
    outbound_mails (id) {
        id -> BigInt,
        mailbox_id -> BigInt,
        kind -> Text,
        ticket_id -> Nullable<BigInt>,
        entry_id -> Nullable<BigInt>,
        agent_id -> Nullable<BigInt>,
        message_id -> Text,
        sender -> Text,
        recipient -> Text,
        recipients -> Text,
        notice -> Nullable<Text>,
        about -> Nullable<Text>,
        subject -> Text,
        content -> Text,
        blob -> Nullable<Text>,
        size_bytes -> BigInt,
        state -> Text,
        attempts -> BigInt,
        due_at -> BigInt,
        ready_at -> Nullable<BigInt>,
        leased_by -> Nullable<Text>,
        leased_until_at -> Nullable<BigInt>,
        uncertain_at -> Nullable<BigInt>,
        answer -> Text,
        created_at -> BigInt,
        settled_at -> Nullable<BigInt>,
        once -> Nullable<Text>,
    }
}

table! {
    mail_addresses (address) {
        address -> Text,
        hard_bounces -> BigInt,
        soft_bounces -> BigInt,
        soft_since_at -> Nullable<BigInt>,
        undeliverable_at -> Nullable<BigInt>,
        muted_until_at -> Nullable<BigInt>,
        muted_for -> Nullable<Text>,
        reason -> Text,
        updated_at -> BigInt,
        bounced_mail_id -> Nullable<BigInt>,
    }
}

table! {
    mail_drafts (agent_id, ticket_id) {
        agent_id -> BigInt,
        ticket_id -> BigInt,
        content -> Text,
        updated_at -> BigInt,
    }
}

table! {
    mail_texts (id) {
        id -> BigInt,
        kind -> Text,
        name -> Text,
        team_id -> Nullable<BigInt>,
        language -> Nullable<Text>,
        body -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
        archived_at -> Nullable<BigInt>,
    }
}

table! {
    notice_choices (agent_id) {
        agent_id -> BigInt,
        kinds -> Text,
        quiet_from -> Text,
        quiet_to -> Text,
        updated_at -> BigInt,
    }
}

table! {
    ticket_tags (ticket_id, tag) {
        ticket_id -> BigInt,
        tag -> Text,
    }
}
