create table outbox_message (
    id bigint generated always as identity primary key,
    event_id uuid not null unique,
    type text not null,
    version integer not null,
    occurred_at timestamptz not null,
    aggregate_id uuid not null,
    correlation_id text,
    payload jsonb not null,
    published_at timestamptz
);

create index outbox_message_unpublished on outbox_message (id) where published_at is null;
create index outbox_message_published on outbox_message (published_at) where published_at is not null;

create table inbox_message (
    event_id uuid primary key,
    seq bigint generated always as identity,
    type text not null,
    aggregate_id uuid not null,
    state text not null check (state in ('DONE', 'RETRY', 'DEAD')),
    received_at timestamptz not null,
    attempts integer not null default 0,
    next_attempt_at timestamptz,
    last_error text,
    envelope jsonb
);

create index inbox_message_retry on inbox_message (aggregate_id, seq) where state = 'RETRY';
create index inbox_message_done on inbox_message (received_at) where state = 'DONE';

create table idempotency_record (
    actor text not null,
    operation text not null,
    key uuid not null,
    request_hash bytea not null,
    response jsonb,
    completed_at timestamptz,
    created_at timestamptz not null,
    locked_until timestamptz not null,
    primary key (actor, operation, key)
);

create index idempotency_record_created on idempotency_record (created_at);
