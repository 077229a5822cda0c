-- What orders were after each change: watchers who lost their connection get the ones that they missed. Written by the database
-- itself, in the transaction of the change, so that no way of changing an order can forget it.
CREATE TABLE order_change (
    order_id       uuid NOT NULL REFERENCES orders (id),
    version        integer NOT NULL,
    status         text NOT NULL,
    cancel_reason  text,
    paid_at        timestamptz,
    cancelled_at   timestamptz,
    updated_at     timestamptz NOT NULL,
    PRIMARY KEY (order_id, version)
);

INSERT INTO order_change (order_id, version, status, cancel_reason, paid_at, cancelled_at, updated_at)
SELECT id, version, status, cancel_reason, paid_at, cancelled_at, updated_at FROM orders;

CREATE FUNCTION record_order_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO order_change (order_id, version, status, cancel_reason, paid_at, cancelled_at, updated_at)
    VALUES (NEW.id, NEW.version, NEW.status, NEW.cancel_reason, NEW.paid_at, NEW.cancelled_at, NEW.updated_at);
    RETURN NULL;
END
$$;

CREATE TRIGGER order_inserted AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION record_order_change();
CREATE TRIGGER order_updated AFTER UPDATE ON orders FOR EACH ROW WHEN (OLD.version <> NEW.version) EXECUTE FUNCTION record_order_change();
