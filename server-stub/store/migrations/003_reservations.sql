-- Reservations, presence, and what the search needs to know of the register.

CREATE TABLE reservations (
  reservation_id TEXT PRIMARY KEY,
  vehicle_id TEXT NOT NULL REFERENCES vehicles,
  client_ref TEXT NOT NULL,
  event_seq INTEGER NOT NULL,
  station_id TEXT NOT NULL REFERENCES stations,
  evse_no INTEGER NOT NULL,
  evse_key TEXT NOT NULL,
  number INTEGER NOT NULL UNIQUE,  -- ReserveNow.id
  id_token TEXT NOT NULL UNIQUE,   -- ReserveNow.idToken, and that of the order that uses it
  state INTEGER NOT NULL,
  hold INTEGER NOT NULL,           -- what the pile may keep: 0 surely nothing, 1 perhaps, 2 this
  attempts INTEGER NOT NULL,       -- ReserveNow calls, counted before each is sent
  order_id TEXT,
  due_ms INTEGER,                  -- next time at which it must be looked at; NULL never
  created_ms INTEGER NOT NULL,
  snapshot TEXT NOT NULL,          -- the document as the car got it last
  UNIQUE (vehicle_id, client_ref)
) STRICT, WITHOUT ROWID;
CREATE INDEX reservations_by_vehicle ON reservations (vehicle_id, created_ms);
CREATE INDEX reservations_by_due ON reservations (due_ms) WHERE due_ms IS NOT NULL;
CREATE INDEX reservations_by_order ON reservations (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX reservations_at_station ON reservations (station_id) WHERE state < 3 OR hold > 0;
-- Of any number of simultaneous reservations of one EVSE exactly one gets in (requested, held, taken), and a
-- vehicle has one at a time.
CREATE UNIQUE INDEX reservations_open_on_evse ON reservations (evse_key) WHERE state < 3;
CREATE UNIQUE INDEX reservations_open_of_vehicle ON reservations (vehicle_id) WHERE state < 3;

ALTER TABLE tariffs ADD COLUMN no_show_minor INTEGER NOT NULL DEFAULT 0;
ALTER TABLE scans ADD COLUMN distance_m INTEGER NOT NULL DEFAULT -1; -- from the car to the pile; never the position
ALTER TABLE orders ADD COLUMN presence INTEGER NOT NULL DEFAULT 0;
CREATE INDEX orders_by_evse ON orders (evse_key, created_ms);

-- Counts every change of the register, whoever makes it: the search keeps a copy of it in memory.
CREATE TABLE register (version INTEGER NOT NULL) STRICT;
INSERT INTO register VALUES (1);
CREATE TRIGGER register_evse_added AFTER INSERT ON evses BEGIN UPDATE register SET version = version + 1; END;
CREATE TRIGGER register_evse_changed AFTER UPDATE OF evse_id, tariff_id, connector_standard, power_type, max_power_w ON evses
  BEGIN UPDATE register SET version = version + 1; END;
CREATE TRIGGER register_evse_removed AFTER DELETE ON evses BEGIN UPDATE register SET version = version + 1; END;
CREATE TRIGGER register_station_changed AFTER UPDATE OF name, operator_name, latitude_deg, longitude_deg ON stations
  BEGIN UPDATE register SET version = version + 1; END;
CREATE TRIGGER register_tariff_changed AFTER UPDATE ON tariffs BEGIN UPDATE register SET version = version + 1; END;
