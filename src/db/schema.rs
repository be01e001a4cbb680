//! The tables as diesel knows them; the same for both databases. Kept equal to `migrations/` by `tests/it/schema.rs`.

#![expect(missing_docs, reason = "the columns are described where they are used")]

mod mail;

use diesel::{allow_tables_to_appear_in_same_query, joinable, table};

pub use mail::*;

table! {
    settings (key) {
        key -> Text,
        value -> Text,
        updated_at -> BigInt,
    }
}

table! {
    events (id) {
        id -> BigInt,
        at -> BigInt,
        actor -> Text,
        subject -> Text,
        kind -> Text,
        data -> Text,
        request -> Nullable<Text>,
        prev_hash -> Binary,
        hash -> Binary,
    }
}

table! {
    followers (name) {
        name -> Text,
        cursor -> BigInt,
        updated_at -> BigInt,
    }
}

table! {
    jobs (id) {
        id -> BigInt,
        kind -> Text,
        data -> Text,
        unique_key -> Nullable<Text>,
        run_at -> BigInt,
        attempts -> BigInt,
        leased_until_at -> Nullable<BigInt>,
        last_error -> Nullable<Text>,
        failed_at -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

table! {
    teams (id) {
        id -> BigInt,
        name -> Text,
        created_at -> BigInt,
        archived_at -> Nullable<BigInt>,
    }
}

table! {
    agents (id) {
        id -> BigInt,
        login -> Text,
        name -> Text,
        role -> Text,
        password_hash -> Text,
        language -> Nullable<Text>,
        created_at -> BigInt,
        disabled_at -> Nullable<BigInt>,
        density -> Nullable<Text>,
        hotkeys_off_at -> Nullable<BigInt>,
        address -> Nullable<Text>,
    }
}

table! {
    team_members (team_id, agent_id) {
        team_id -> BigInt,
        agent_id -> BigInt,
    }
}

table! {
    sessions (id) {
        id -> BigInt,
        token_hash -> Binary,
        agent_id -> BigInt,
        address -> Text,
        user_agent -> Text,
        created_at -> BigInt,
        seen_at -> BigInt,
        ended_at -> Nullable<BigInt>,
    }
}

table! {
    throttles (key) {
        key -> Text,
        failures -> BigInt,
        since_at -> BigInt,
        until_at -> BigInt,
    }
}

table! {
    one_time_codes (purpose) {
        purpose -> Text,
        code_hash -> Binary,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

table! {
    organisations (id) {
        id -> BigInt,
        name -> Text,
        note -> Text,
        created_at -> BigInt,
        vip_at -> Nullable<BigInt>,
    }
}

table! {
    persons (id) {
        id -> BigInt,
        name -> Text,
        organisation_id -> Nullable<BigInt>,
        note -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
        vip_at -> Nullable<BigInt>,
        site_id -> Nullable<BigInt>,
    }
}

table! {
    person_words (word, person_id) {
        word -> Text,
        person_id -> BigInt,
    }
}

table! {
    person_numbers (id) {
        id -> BigInt,
        person_id -> BigInt,
        raw -> Text,
        number_key -> Text,
        label -> Text,
        guessed_at -> Nullable<BigInt>,
    }
}

table! {
    person_addresses (id) {
        id -> BigInt,
        person_id -> BigInt,
        address -> Text,
    }
}

table! {
    lines (id) {
        id -> BigInt,
        name -> Text,
        team_id -> Nullable<BigInt>,
        makes -> Text,
        country -> Text,
        area_code -> Text,
        created_at -> BigInt,
        disabled_at -> Nullable<BigInt>,
    }
}

table! {
    line_sources (line_id, source) {
        line_id -> BigInt,
        source -> Text,
    }
}

table! {
    line_numbers (line_id, number) {
        line_id -> BigInt,
        number -> Text,
    }
}

table! {
    tickets (id) {
        id -> BigInt,
        subject -> Text,
        status -> Text,
        priority -> Text,
        channel -> Text,
        team_id -> Nullable<BigInt>,
        assignee_id -> Nullable<BigInt>,
        requester_id -> Nullable<BigInt>,
        line_id -> Nullable<BigInt>,
        caller -> Text,
        caller_key -> Nullable<Text>,
        call_outcome -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
        touched_at -> Nullable<BigInt>,
        closed_at -> Nullable<BigInt>,
        closed_by -> Nullable<BigInt>,
        rev -> BigInt,
        site_id -> Nullable<BigInt>,
        category_id -> Nullable<BigInt>,
        parent_id -> Nullable<BigInt>,
        wanted_at -> Nullable<BigInt>,
    }
}

table! {
    calls (id) {
        id -> BigInt,
        key -> Text,
        node -> Text,
        line_id -> BigInt,
        source -> Text,
        sip_call_id -> Text,
        caller_raw -> Text,
        caller_key -> Nullable<Text>,
        caller_internal -> Bool,
        caller_name -> Text,
        withheld -> Bool,
        verstat -> Nullable<Text>,
        dialled -> Text,
        diverted_from -> Nullable<Text>,
        user_agent -> Nullable<Text>,
        ticket_id -> Nullable<BigInt>,
        received_at -> BigInt,
        ended_at -> Nullable<BigInt>,
        outcome -> Nullable<Text>,
        reason -> Nullable<Text>,
        person_id -> Nullable<BigInt>,
        claimed_by -> Nullable<BigInt>,
        claimed_at -> Nullable<BigInt>,
        wrap_up_id -> Nullable<BigInt>,
        wrapped_up_at -> Nullable<BigInt>,
        spam_at -> Nullable<BigInt>,
    }
}

table! {
    entries (id) {
        id -> BigInt,
        ticket_id -> BigInt,
        kind -> Text,
        call_id -> Nullable<BigInt>,
        author_id -> Nullable<BigInt>,
        body -> Text,
        call_facts -> Nullable<Text>,
        created_at -> BigInt,
        letter_facts -> Nullable<Text>,
    }
}

table! {
    duties (id) {
        id -> BigInt,
        agent_id -> BigInt,
        state -> Text,
        began_at -> BigInt,
        ended_at -> Nullable<BigInt>,
    }
}

table! {
    sites (id) {
        id -> BigInt,
        organisation_id -> Nullable<BigInt>,
        name -> Text,
        address -> Text,
        area -> Text,
        access_note -> Text,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

table! {
    categories (id) {
        id -> BigInt,
        name -> Text,
        script -> Text,
        team_id -> Nullable<BigInt>,
        priority -> Nullable<Text>,
        created_at -> BigInt,
        archived_at -> Nullable<BigInt>,
    }
}

table! {
    ticket_words (word, ticket_id) {
        word -> Text,
        ticket_id -> BigInt,
    }
}

table! {
    wrap_up_codes (id) {
        id -> BigInt,
        name -> Text,
        position -> BigInt,
        created_at -> BigInt,
        archived_at -> Nullable<BigInt>,
    }
}

table! {
    blocked_numbers (number_key) {
        number_key -> Text,
        note -> Text,
        blocked_by -> Nullable<BigInt>,
        blocked_at -> BigInt,
        until_at -> Nullable<BigInt>,
    }
}

table! {
    incidents (id) {
        id -> BigInt,
        ticket_id -> BigInt,
        announcement -> Text,
        area -> Text,
        words -> Text,
        eta_at -> Nullable<BigInt>,
        declared_by -> Nullable<BigInt>,
        declared_at -> BigInt,
        solved_at -> Nullable<BigInt>,
    }
}

table! {
    storms (key) {
        key -> Text,
        quiet_until_at -> BigInt,
    }
}

table! {
    callbacks (id) {
        id -> BigInt,
        kind -> Text,
        caller_key -> Nullable<Text>,
        caller -> Text,
        number -> Text,
        line_id -> Nullable<BigInt>,
        ticket_id -> Nullable<BigInt>,
        incident_id -> Nullable<BigInt>,
        call_id -> Nullable<BigInt>,
        times -> BigInt,
        attempts -> BigInt,
        first_at -> BigInt,
        last_at -> BigInt,
        due_at -> BigInt,
        held_by -> Nullable<BigInt>,
        held_at -> Nullable<BigInt>,
        closed_at -> Nullable<BigInt>,
        closed_by -> Nullable<BigInt>,
        result -> Nullable<Text>,
    }
}

joinable!(duties -> agents (agent_id));
joinable!(sites -> organisations (organisation_id));
joinable!(persons -> sites (site_id));
joinable!(ticket_words -> tickets (ticket_id));
joinable!(incidents -> tickets (ticket_id));
joinable!(callbacks -> tickets (ticket_id));
joinable!(tickets -> sites (site_id));
joinable!(tickets -> categories (category_id));
joinable!(team_members -> teams (team_id));
joinable!(team_members -> agents (agent_id));
joinable!(sessions -> agents (agent_id));
joinable!(persons -> organisations (organisation_id));
joinable!(person_words -> persons (person_id));
joinable!(person_numbers -> persons (person_id));
joinable!(person_addresses -> persons (person_id));
joinable!(lines -> teams (team_id));
joinable!(line_sources -> lines (line_id));
joinable!(line_numbers -> lines (line_id));
joinable!(tickets -> teams (team_id));
joinable!(tickets -> persons (requester_id));
joinable!(tickets -> lines (line_id));
joinable!(calls -> lines (line_id));
joinable!(entries -> tickets (ticket_id));
joinable!(entries -> calls (call_id));
joinable!(entries -> agents (author_id));
joinable!(mailboxes -> teams (team_id));
joinable!(mail_folders -> mailboxes (mailbox_id));
joinable!(inbound_mails -> mailboxes (mailbox_id));
joinable!(inbound_mails -> tickets (ticket_id));
joinable!(inbound_mails -> entries (entry_id));
joinable!(letter_pages -> entries (entry_id));
joinable!(attachments -> entries (entry_id));
joinable!(attachments -> agents (agent_id));
joinable!(attachments -> tickets (ticket_id));
joinable!(message_ids -> tickets (ticket_id));
joinable!(message_ids -> entries (entry_id));
joinable!(participants -> tickets (ticket_id));
joinable!(participants -> persons (person_id));
joinable!(outbound_mails -> mailboxes (mailbox_id));
joinable!(outbound_mails -> tickets (ticket_id));
joinable!(outbound_mails -> entries (entry_id));
joinable!(outbound_mails -> agents (agent_id));
joinable!(mail_drafts -> agents (agent_id));
joinable!(mail_drafts -> tickets (ticket_id));
joinable!(mail_texts -> teams (team_id));
joinable!(notice_choices -> agents (agent_id));
joinable!(ticket_tags -> tickets (ticket_id));

allow_tables_to_appear_in_same_query!(
    settings,
    events,
    followers,
    jobs,
    teams,
    agents,
    team_members,
    sessions,
    throttles,
    one_time_codes,
    organisations,
    persons,
    person_words,
    person_numbers,
    person_addresses,
    lines,
    line_sources,
    line_numbers,
    tickets,
    calls,
    entries,
    duties,
    sites,
    categories,
    ticket_words,
    wrap_up_codes,
    blocked_numbers,
    incidents,
    storms,
    callbacks,
    mailboxes,
    mail_folders,
    inbound_mails,
    letter_pages,
    attachments,
    message_ids,
    participants,
    outbound_mails,
    mail_addresses,
    mail_drafts,
    mail_texts,
    notice_choices,
    ticket_tags,
);
