-- What a vehicle's event stream carries besides orders: offers, news of reservations. One row per topic, the newest
-- snapshot: a car that was away gets the present, not the past.
CREATE TABLE vehicle_news (
  vehicle_id TEXT NOT NULL REFERENCES vehicles,
  event_seq INTEGER NOT NULL, -- in the numbering of the vehicle's orders
  kind TEXT NOT NULL,         -- the name of the event: offer, reservation
  topic TEXT NOT NULL,        -- what it is about: offer id, reservation id
  until_ms INTEGER NOT NULL,  -- no longer told from then on
  body TEXT NOT NULL,         -- JSON, as sent
  PRIMARY KEY (vehicle_id, event_seq),
  UNIQUE (vehicle_id, kind, topic)
) STRICT, WITHOUT ROWID;
CREATE INDEX vehicle_news_by_end ON vehicle_news (until_ms);
