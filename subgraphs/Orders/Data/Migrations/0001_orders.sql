-- What orders knows of the catalog, from its events.
CREATE TABLE variant_snapshot (
    variant_id       uuid PRIMARY KEY,
    product_id       uuid NOT NULL,
    seller_id        uuid NOT NULL,
    sku              text NOT NULL,
    product_title    text NOT NULL,
    variant_title    text,
    thumbnail_url    text,
    price_minor      bigint NOT NULL,
    currency_code    text NOT NULL,
    tax_free         boolean NOT NULL,
    on_sale          boolean NOT NULL,
    product_version  bigint NOT NULL,
    updated_at       timestamptz NOT NULL
);
CREATE UNIQUE INDEX variant_snapshot_sku ON variant_snapshot (seller_id, sku);
CREATE INDEX variant_snapshot_product ON variant_snapshot (product_id);

CREATE TABLE inventory_level (
    variant_id     uuid NOT NULL,
    location_id    uuid NOT NULL,
    on_hand        integer NOT NULL,
    reserved       integer NOT NULL,
    -- What the seller's feed said last: the next feed applies the difference, so that sales in between are kept.
    feed_quantity  integer,
    updated_at     timestamptz NOT NULL,
    version        integer NOT NULL,
    PRIMARY KEY (variant_id, location_id),
    CONSTRAINT inventory_level_bounds CHECK (0 <= reserved AND reserved <= on_hand)
);

CREATE TABLE stock_movement (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    variant_id      uuid NOT NULL,
    location_id     uuid NOT NULL,
    reason          text NOT NULL CHECK (reason IN ('Feed', 'Reserve', 'Release', 'Commit', 'Restock')),
    on_hand_delta   integer NOT NULL,
    reserved_delta  integer NOT NULL,
    order_id        uuid,
    created_at      timestamptz NOT NULL
);
CREATE INDEX stock_movement_variant ON stock_movement (variant_id, id);

CREATE TABLE cart (
    id             uuid PRIMARY KEY,
    owner_id       uuid NOT NULL,
    status         text NOT NULL CHECK (status IN ('Open', 'CheckedOut')),
    currency_code  text,
    order_id       uuid,
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    version        integer NOT NULL
);
CREATE UNIQUE INDEX cart_open ON cart (owner_id) WHERE status = 'Open';

CREATE TABLE cart_line (
    id                uuid PRIMARY KEY,
    cart_id           uuid NOT NULL REFERENCES cart (id) ON DELETE CASCADE,
    variant_id        uuid NOT NULL,
    quantity          integer NOT NULL CHECK (quantity > 0),
    -- The price that the buyer agreed to by putting it into the cart.
    unit_price_minor  bigint NOT NULL,
    created_at        timestamptz NOT NULL,
    UNIQUE (cart_id, variant_id)
);

CREATE SEQUENCE order_number;

CREATE TABLE orders (
    id                uuid PRIMARY KEY,
    number            text NOT NULL UNIQUE,
    buyer_id          uuid NOT NULL,
    cart_id           uuid NOT NULL,
    status            text NOT NULL CHECK (status IN ('PendingPayment', 'Confirming', 'Paid', 'Preparing', 'Shipped',
                          'ReadyForPickup', 'Delivered', 'PickedUp', 'Completed', 'Cancelled')),
    currency_code     text NOT NULL,
    subtotal_minor    bigint NOT NULL CHECK (subtotal_minor >= 0),
    discount_minor    bigint NOT NULL CHECK (discount_minor BETWEEN 0 AND subtotal_minor),
    shipping_minor    bigint NOT NULL CHECK (shipping_minor >= 0),
    tax_minor         bigint NOT NULL CHECK (tax_minor >= 0),
    total_minor       bigint NOT NULL CHECK (total_minor = subtotal_minor - discount_minor + shipping_minor),
    shipping_address  jsonb NOT NULL,
    cancel_reason     text,
    expires_at        timestamptz NOT NULL,
    paid_at           timestamptz,
    cancelled_at      timestamptz,
    created_at        timestamptz NOT NULL,
    updated_at        timestamptz NOT NULL,
    version           integer NOT NULL
);
CREATE INDEX orders_buyer ON orders (buyer_id, id DESC);
CREATE INDEX orders_unpaid ON orders (expires_at) WHERE status = 'PendingPayment';

CREATE TABLE order_line (
    id                uuid PRIMARY KEY,
    order_id          uuid NOT NULL REFERENCES orders (id),
    position          integer NOT NULL,
    variant_id        uuid NOT NULL,
    product_id        uuid NOT NULL,
    seller_id         uuid NOT NULL,
    sku               text NOT NULL,
    title             text NOT NULL,
    thumbnail_url     text,
    quantity          integer NOT NULL CHECK (quantity > 0),
    unit_price_minor  bigint NOT NULL,
    discount_minor    bigint NOT NULL,
    tax_minor         bigint NOT NULL,
    total_minor       bigint NOT NULL,
    refunded_quantity integer NOT NULL,
    currency_code     text NOT NULL,
    UNIQUE (order_id, position)
);
CREATE INDEX order_line_seller ON order_line (seller_id, order_id);

CREATE TABLE reservation (
    order_id     uuid NOT NULL REFERENCES orders (id),
    variant_id   uuid NOT NULL,
    location_id  uuid NOT NULL,
    quantity     integer NOT NULL CHECK (quantity > 0),
    state        text NOT NULL CHECK (state IN ('Held', 'Committed', 'Released')),
    expires_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    PRIMARY KEY (order_id, variant_id, location_id)
);

CREATE TABLE payment (
    id                  uuid PRIMARY KEY,
    order_id            uuid NOT NULL REFERENCES orders (id),
    provider            text NOT NULL,
    provider_key        text,
    status              text NOT NULL CHECK (status IN ('Ready', 'Confirming', 'Unknown', 'Captured', 'PartiallyRefunded', 'Refunded',
                            'Declined', 'Voided', 'Orphaned')),
    amount_minor        bigint NOT NULL CHECK (amount_minor > 0),
    captured_minor      bigint NOT NULL,
    refunded_minor      bigint NOT NULL,
    currency_code       text NOT NULL,
    failure_code        text,
    failure_message     text,
    confirm_started_at  timestamptz,
    checks              integer NOT NULL,
    next_check_at       timestamptz,
    created_at          timestamptz NOT NULL,
    updated_at          timestamptz NOT NULL,
    version             integer NOT NULL,
    UNIQUE (provider, provider_key),
    CHECK (0 <= refunded_minor AND refunded_minor <= captured_minor)
);
CREATE UNIQUE INDEX payment_open ON payment (order_id) WHERE status IN ('Ready', 'Confirming', 'Unknown');
CREATE INDEX payment_order ON payment (order_id, id);
CREATE INDEX payment_check ON payment (next_check_at) WHERE status IN ('Confirming', 'Unknown');

-- Everything that a provider or we said about a payment; rows are only added.
CREATE TABLE payment_event (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    payment_id  uuid NOT NULL REFERENCES payment (id),
    type        text NOT NULL,
    detail      text,
    created_at  timestamptz NOT NULL
);
CREATE INDEX payment_event_payment ON payment_event (payment_id, id);

CREATE TABLE refund (
    id               uuid PRIMARY KEY,
    payment_id       uuid NOT NULL REFERENCES payment (id),
    order_id         uuid NOT NULL REFERENCES orders (id),
    amount_minor     bigint NOT NULL CHECK (amount_minor > 0),
    reason           text NOT NULL,
    status           text NOT NULL CHECK (status IN ('Approved', 'Processing', 'Succeeded', 'Failed', 'Manual')),
    attempts         integer NOT NULL,
    next_attempt_at  timestamptz NOT NULL,
    failure          text,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL
);
CREATE INDEX refund_payment ON refund (payment_id);
CREATE INDEX refund_due ON refund (next_attempt_at) WHERE status IN ('Approved', 'Processing', 'Failed');
