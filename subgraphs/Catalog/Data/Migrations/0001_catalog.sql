-- Names sort and compare by code point (databases are created with C.UTF-8), so keyset cursors and indexes agree.
CREATE TABLE category (
    id          uuid PRIMARY KEY,
    parent_id   uuid REFERENCES category (id),
    slug        text NOT NULL UNIQUE,
    path        text NOT NULL UNIQUE,
    level       integer NOT NULL CHECK (level >= 0),
    name        text NOT NULL,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    version     integer NOT NULL
);
CREATE INDEX category_parent ON category (parent_id);

CREATE TABLE product (
    id                uuid PRIMARY KEY,
    seller_id         uuid NOT NULL,
    category_id       uuid REFERENCES category (id),
    title             text NOT NULL,
    slug              text NOT NULL UNIQUE,
    description_html  text NOT NULL,
    status            text NOT NULL CHECK (status IN ('Draft', 'Published', 'Unpublished', 'Archived')),
    brand             text,
    tags              text[] NOT NULL,
    attributes        jsonb NOT NULL,
    thumbnail_url     text,
    rating            numeric(3, 2) NOT NULL CHECK (rating BETWEEN 0 AND 5),
    age_restricted    boolean NOT NULL,
    pickup_only       boolean NOT NULL,
    tax_free          boolean NOT NULL,
    -- Of the variants' prices, kept here so that lists filter and sort without a join. Null without variants.
    min_price_minor   bigint,
    max_price_minor   bigint,
    currency_code     text,
    -- What sorting by price compares: products without a price come last.
    sort_price_minor  bigint NOT NULL,
    published_at      timestamptz,
    created_at        timestamptz NOT NULL,
    updated_at        timestamptz NOT NULL,
    version           integer NOT NULL
);
CREATE INDEX product_newest ON product (id DESC) WHERE status = 'Published';
CREATE INDEX product_price ON product (sort_price_minor, id) WHERE status = 'Published';
CREATE INDEX product_title ON product (title, id) WHERE status = 'Published';
CREATE INDEX product_rating ON product (rating DESC, id) WHERE status = 'Published';
CREATE INDEX product_category ON product (category_id);
CREATE INDEX product_seller ON product (seller_id);
CREATE INDEX product_tags ON product USING gin (tags);

CREATE TABLE product_variant (
    id                      uuid PRIMARY KEY,
    product_id              uuid NOT NULL REFERENCES product (id),
    seller_id               uuid NOT NULL,
    sku                     text NOT NULL,
    title                   text NOT NULL,
    option_values           jsonb NOT NULL,
    price_minor             bigint NOT NULL CHECK (price_minor >= 0),
    compare_at_price_minor  bigint CHECK (compare_at_price_minor >= 0),
    currency_code           text NOT NULL,
    barcode                 text,
    weight_grams            numeric(12, 2),
    width_mm                numeric(12, 2),
    height_mm               numeric(12, 2),
    depth_mm                numeric(12, 2),
    position                integer NOT NULL,
    -- SHA-256 of the feed row last imported: the same row again changes nothing, not even what was edited by hand since.
    feed_hash               bytea,
    created_at              timestamptz NOT NULL,
    updated_at              timestamptz NOT NULL,
    version                 integer NOT NULL,
    UNIQUE (seller_id, sku)
);
CREATE INDEX product_variant_product ON product_variant (product_id, position);

CREATE TABLE media (
    id          uuid PRIMARY KEY,
    product_id  uuid NOT NULL REFERENCES product (id),
    url         text NOT NULL,
    alt         text,
    position    integer NOT NULL,
    created_at  timestamptz NOT NULL
);
CREATE INDEX media_product ON media (product_id, position);
