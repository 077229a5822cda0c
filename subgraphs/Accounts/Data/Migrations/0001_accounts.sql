create table account (
    id uuid primary key,
    role text not null check (role in ('Customer', 'Seller', 'Admin')),
    status text not null check (status in ('Active', 'Withdrawn')),
    nickname text not null,
    avatar_url text,
    email_enc bytea,
    email_hash bytea unique,
    phone_enc bytea,
    phone_hash bytea,
    email_verified_at timestamptz,
    password_hash text,
    terms_accepted_at timestamptz not null,
    marketing_consent_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    version integer not null,
    check (status = 'Withdrawn' or (email_enc is not null and email_hash is not null and password_hash is not null)),
    check (status <> 'Withdrawn' or (email_enc is null and email_hash is null and phone_enc is null and password_hash is null))
);

create table one_time_code (
    account_id uuid not null references account (id) on delete cascade,
    purpose text not null check (purpose in ('EmailVerification', 'PasswordReset')),
    code_hash bytea not null,
    attempts integer not null,
    sent_at timestamptz not null,
    expires_at timestamptz not null,
    primary key (account_id, purpose)
);

create table seller (
    id uuid primary key,
    owner_id uuid not null unique references account (id),
    name text not null,
    business_no text not null,
    status text not null check (status in ('Applied', 'Active', 'Suspended', 'Rejected')),
    commission_bps integer not null check (commission_bps between 0 and 10000),
    created_at timestamptz not null,
    updated_at timestamptz not null,
    version integer not null
);

create table address (
    id uuid primary key,
    account_id uuid not null references account (id) on delete cascade,
    postal_code text not null,
    private_enc bytea not null,
    is_default boolean not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    version integer not null
);

create index address_account on address (account_id, created_at);
create unique index address_default on address (account_id) where is_default;

create table notification (
    id uuid primary key,
    account_id uuid not null references account (id) on delete cascade,
    type text not null,
    title text not null,
    body text not null,
    deep_link text,
    created_at timestamptz not null,
    read_at timestamptz
);

create index notification_account on notification (account_id, created_at desc, id desc);
create index notification_unread on notification (account_id) where read_at is null;

create table queued_mail (
    id uuid primary key,
    content_enc bytea,
    created_at timestamptz not null,
    next_attempt_at timestamptz,
    attempts integer not null,
    sent_at timestamptz,
    last_error text
);

create index queued_mail_due on queued_mail (next_attempt_at) where sent_at is null and next_attempt_at is not null;
