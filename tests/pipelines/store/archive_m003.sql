-- An archive as newsbot 0.2.0 made it (migration m003_folded). Never edited: migrations are tested from it.
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE IF NOT EXISTS "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO _sqlite_migrations VALUES(1,'newsbot','m001_create','2026-11-22 12:00:00+00:00');
INSERT INTO _sqlite_migrations VALUES(2,'newsbot','m002_wider','2026-11-22 18:59:15.998550+00:00');
INSERT INTO _sqlite_migrations VALUES(3,'newsbot','m003_folded','2026-11-22 18:59:16.001399+00:00');
CREATE TABLE IF NOT EXISTS "articles" (
    "id" INTEGER PRIMARY KEY,
    "public_id" TEXT NOT NULL UNIQUE,
    "url" TEXT NOT NULL,
    "source" TEXT NOT NULL REFERENCES sources(id),
    "headline" TEXT,
    "lede" TEXT,
    "section" TEXT,
    "language" TEXT,
    "byline" TEXT,
    "published_at" TEXT,
    "published_day" TEXT,
    "published_year" INTEGER,
    "published_month" TEXT,
    "published_sort" TEXT NOT NULL,
    "published_precision" TEXT,
    "published_from" TEXT,
    "published_confidence" REAL,
    "modified_at" TEXT,
    "dateline" TEXT,
    "dateline_date" TEXT,
    "dateline_month_day" TEXT,
    "place" TEXT,
    "country" TEXT,
    "first_seen_at" TEXT NOT NULL,
    "changed_at" TEXT,
    "revisions" INTEGER NOT NULL DEFAULT 0,
    "word_count" INTEGER,
    "paywalled" INTEGER,
    "cluster" INTEGER REFERENCES clusters(id),
    "state" TEXT NOT NULL DEFAULT 'published',
    "content_hash" TEXT,
    "reading" TEXT,
    "capture" INTEGER REFERENCES captures(id)
, "form" TEXT NOT NULL DEFAULT 'article', "change" INTEGER);
INSERT INTO articles VALUES(1,'m6k62xmhpz5g','https://herald.example/port','herald','Corrected: news of port','It happened.','World','en','By A. Karim and B. Chen','2026-11-22T11:00:00Z','2026-11-22',2026,'2026-11','2026-11-22T11:00:00Z','minute','jsonld datePublished',0.9000000000000000222,NULL,'BASRA, Nov 22 (Reuters) -','2026-11-22','--11-22','Basra','IQ','2026-11-22T12:00:00Z','2026-11-22T14:00:00Z',1,132,NULL,NULL,'published','31aac8fcaabe3974406b8b9d7dbda63c','1',2,'article',1);
CREATE TABLE IF NOT EXISTS "article_text" (
    "article" INTEGER PRIMARY KEY REFERENCES articles(id),
    "text" TEXT NOT NULL DEFAULT '',
    "image" TEXT,
    "canonical_url" TEXT,
    "text_hash" TEXT
, "markdown" TEXT NOT NULL DEFAULT '');
INSERT INTO article_text VALUES(1,'Port: the harbour master spoke on Sunday of ships and cranes. Port: the harbour master spoke on Sunday of ships and cranes. Port: the harbour master spoke on Sunday of ships and cranes. Port: the harbour master spoke on Sunday of ships and cranes. Port: the harbour master spoke on Sunday of ships and cranes. Port: the harbour master spoke on Sunday of ships and cranes. Port: the harbour master spoke on Sunday of ships and cranes. Port: the harbour master spoke on Sunday of ships and cranes. Port: the harbour master spoke on Sunday of ships and cranes. Port: the harbour master spoke on Sunday of ships and cranes. Port: the harbour master spoke on Sunday of ships and cranes. Port: the harbour master spoke on Sunday of ships and cranes. ',NULL,NULL,'5e8246381045f2f42aa80d0921d85e6b','');
CREATE TABLE IF NOT EXISTS "article_authors" (
    "article" INTEGER NOT NULL REFERENCES articles(id),
    "author" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    PRIMARY KEY (article, author)
);
INSERT INTO article_authors VALUES(1,'A. Karim',0);
INSERT INTO article_authors VALUES(1,'B. Chen',1);
CREATE TABLE IF NOT EXISTS "article_tags" (
    "article" INTEGER NOT NULL REFERENCES articles(id),
    "tag" TEXT NOT NULL,
    PRIMARY KEY (article, tag)
);
INSERT INTO article_tags VALUES(1,'Trade');
INSERT INTO article_tags VALUES(1,'Ports');
CREATE TABLE IF NOT EXISTS "article_agencies" (
    "article" INTEGER NOT NULL REFERENCES articles(id),
    "agency" TEXT NOT NULL,
    PRIMARY KEY (article, agency)
);
INSERT INTO article_agencies VALUES(1,'Reuters');
CREATE TABLE IF NOT EXISTS "places" (
    "name" TEXT NOT NULL,
    "country" TEXT NOT NULL DEFAULT '',
    "latitude" REAL,
    "longitude" REAL,
    PRIMARY KEY (name, country)
);
INSERT INTO places VALUES('Basra','IQ',30.499999999999999999,47.799999999999997156);
CREATE TABLE IF NOT EXISTS "sources" (
    "id" TEXT PRIMARY KEY,
    "name" TEXT NOT NULL,
    "homepage" TEXT,
    "country" TEXT,
    "language" TEXT,
    "timezone" TEXT,
    "store" TEXT NOT NULL DEFAULT 'full',
    "publish" TEXT NOT NULL DEFAULT 'full',
    "state" TEXT NOT NULL DEFAULT 'active',
    "first_seen_at" TEXT NOT NULL
, "noarchive" TEXT NOT NULL DEFAULT 'keep', "every" REAL, "retain_days" REAL);
INSERT INTO sources VALUES('herald','The Herald',NULL,NULL,NULL,NULL,'full','full','active','2026-11-22T12:00:00Z','keep',NULL,NULL);
CREATE TABLE IF NOT EXISTS "revisions" (
    "id" INTEGER PRIMARY KEY,
    "article" INTEGER NOT NULL REFERENCES articles(id),
    "kind" TEXT NOT NULL,
    "changed" TEXT NOT NULL,
    "seen_at" TEXT NOT NULL,
    "headline" TEXT,
    "lede" TEXT,
    "byline" TEXT,
    "text" TEXT,
    "content_hash" TEXT,
    "reading" TEXT,
    "capture" INTEGER REFERENCES captures(id),
    "new_capture" INTEGER REFERENCES captures(id)
, "modified_at" TEXT, "notes" TEXT);
INSERT INTO revisions VALUES(1,1,'publisher','headline','2026-11-22T14:00:00Z','News of port','It happened.','By A. Karim and B. Chen','Port: the harbour master spoke on Sunday of ships and cranes. Port: the harbour master spoke on Sunday of ships and cranes. Port: the harbour master spoke on Sunday of ships and cranes. Port: the harbour master spoke on Sunday of ships and cranes. Port: the harbour master spoke on Sunday of ships and cranes. Port: the harbour master spoke on Sunday of ships and cranes. Port: the harbour master spoke on Sunday of ships and cranes. Port: the harbour master spoke on Sunday of ships and cranes. Port: the harbour master spoke on Sunday of ships and cranes. Port: the harbour master spoke on Sunday of ships and cranes. Port: the harbour master spoke on Sunday of ships and cranes. Port: the harbour master spoke on Sunday of ships and cranes. ','9d8476f58ba72673e5ecec65ffa81257','1',1,2,NULL,NULL);
CREATE TABLE IF NOT EXISTS "removed_blocks" (
    "article" INTEGER NOT NULL REFERENCES articles(id),
    "position" INTEGER NOT NULL,
    "rule" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    PRIMARY KEY (article, position)
);
INSERT INTO removed_blocks VALUES(1,0,'label','A block with a label.','Read more');
CREATE TABLE IF NOT EXISTS "evidence" (
    "id" INTEGER PRIMARY KEY,
    "key" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "origin" TEXT NOT NULL,
    "name" TEXT,
    "printed" TEXT,
    "at" TEXT,
    "day" TEXT,
    "precision" TEXT,
    "role" TEXT,
    "confidence" REAL,
    "chosen" INTEGER NOT NULL DEFAULT 0,
    "note" TEXT,
    "title" TEXT,
    "author" TEXT,
    "lastmod" TEXT,
    "section" TEXT,
    "seen_in" TEXT,
    "seen_at" TEXT NOT NULL
);
INSERT INTO evidence VALUES(1,'https://herald.example/feed','found','sources',NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,'sources.toml','2026-11-22T12:00:00Z');
INSERT INTO evidence VALUES(2,'https://herald.example/port','found','feed',NULL,'Sun, 22 Nov 2026',NULL,NULL,NULL,NULL,NULL,0,NULL,'port',NULL,NULL,NULL,'https://herald.example/feed','2026-11-22T12:00:00Z');
INSERT INTO evidence VALUES(3,'https://herald.example/quay','found','feed',NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,'quay',NULL,NULL,NULL,'https://herald.example/feed','2026-11-22T12:00:00Z');
INSERT INTO evidence VALUES(4,'https://herald.example/port','date','jsonld','datePublished','2026-11-22T11:00Z','2026-11-22T12:00:00Z',NULL,'minute','published',0.9000000000000000222,1,NULL,NULL,NULL,NULL,NULL,NULL,'2026-11-22T14:00:00Z');
CREATE TABLE IF NOT EXISTS "doubts" (
    "id" INTEGER PRIMARY KEY,
    "key" TEXT NOT NULL,
    "article" INTEGER REFERENCES articles(id),
    "doubt" TEXT NOT NULL,
    "detail" TEXT NOT NULL,
    "seen_at" TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS "clusters" (
    "id" INTEGER PRIMARY KEY,
    "text_hash" TEXT NOT NULL UNIQUE,
    "first_article" INTEGER REFERENCES articles(id),
    "agency" TEXT,
    "articles" INTEGER NOT NULL
, "kind" TEXT NOT NULL DEFAULT 'same_text', "first_by" TEXT);
CREATE TABLE IF NOT EXISTS "captures" (
    "id" INTEGER PRIMARY KEY,
    "key" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "file" TEXT NOT NULL,
    "offset" INTEGER NOT NULL,
    "length" INTEGER NOT NULL,
    "digest" TEXT NOT NULL,
    "captured_at" TEXT NOT NULL,
    "status" INTEGER NOT NULL,
    "media_type" TEXT,
    "payload_bytes" INTEGER NOT NULL
, "erased_at" TEXT);
INSERT INTO captures VALUES(1,'https://herald.example/port','https://herald.example/port','a.warc.gz',0,100,'sha1:X','2026-11-22T12:00:00Z',200,'text/html',90,NULL);
INSERT INTO captures VALUES(2,'https://herald.example/port','https://herald.example/port','a.warc.gz',100,100,'sha1:X','2026-11-22T14:00:00Z',200,'text/html',90,NULL);
CREATE TABLE IF NOT EXISTS "rights" (
    "capture" INTEGER PRIMARY KEY REFERENCES captures(id),
    "robots" TEXT,
    "noarchive" INTEGER NOT NULL DEFAULT 0,
    "nosnippet" INTEGER NOT NULL DEFAULT 0,
    "noai" INTEGER NOT NULL DEFAULT 0,
    "tdm_reservation" INTEGER,
    "licence" TEXT
, "robots_allowed" INTEGER, "paywalled" INTEGER);
INSERT INTO rights VALUES(1,NULL,0,0,0,NULL,NULL,NULL,NULL);
INSERT INTO rights VALUES(2,NULL,0,0,0,NULL,NULL,NULL,NULL);
CREATE TABLE IF NOT EXISTS "runs" (
    "id" INTEGER PRIMARY KEY,
    "started_at" TEXT NOT NULL,
    "ended_at" TEXT,
    "state" TEXT NOT NULL,
    "exit_code" INTEGER,
    "version" TEXT NOT NULL,
    "reading" TEXT NOT NULL,
    "command" TEXT NOT NULL,
    "listings" INTEGER NOT NULL DEFAULT 0,
    "found" INTEGER NOT NULL DEFAULT 0,
    "stored" INTEGER NOT NULL DEFAULT 0,
    "revised" INTEGER NOT NULL DEFAULT 0,
    "unchanged" INTEGER NOT NULL DEFAULT 0,
    "gone" INTEGER NOT NULL DEFAULT 0,
    "skipped" INTEGER NOT NULL DEFAULT 0,
    "failed" INTEGER NOT NULL DEFAULT 0,
    "received_bytes" INTEGER NOT NULL DEFAULT 0
, "requests" INTEGER NOT NULL DEFAULT 0, "not_modified" INTEGER NOT NULL DEFAULT 0, "reasons" TEXT, "ended_by" TEXT);
INSERT INTO runs VALUES(1,'2026-11-22T12:00:00Z','2026-11-22T14:00:00Z','finished',0,'0.1.0','1','newsbot crawl',1,2,1,1,0,1,0,0,0,0,0,NULL,NULL);
CREATE TABLE IF NOT EXISTS "fetches" (
    "id" INTEGER PRIMARY KEY,
    "run" INTEGER REFERENCES runs(id),
    "key" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "final_url" TEXT,
    "source" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "visited_at" TEXT NOT NULL,
    "status" INTEGER,
    "outcome" TEXT NOT NULL,
    "reason" TEXT,
    "detail" TEXT,
    "ms" INTEGER,
    "received_bytes" INTEGER NOT NULL DEFAULT 0,
    "new_links" INTEGER
);
INSERT INTO fetches VALUES(1,1,'https://herald.example/feed','https://herald.example/feed',NULL,'herald','feed','2026-11-22T12:00:00Z',200,'listed',NULL,NULL,NULL,0,2);
INSERT INTO fetches VALUES(2,1,'https://herald.example/port','https://herald.example/port',NULL,'herald','article','2026-11-22T12:00:00Z',200,'stored',NULL,NULL,NULL,0,NULL);
INSERT INTO fetches VALUES(3,1,'https://herald.example/port','https://herald.example/port',NULL,'herald','article','2026-11-22T14:00:00Z',200,'revised',NULL,'headline',NULL,0,NULL);
INSERT INTO fetches VALUES(4,1,'https://herald.example/quay','https://herald.example/quay',NULL,'herald','article','2026-11-22T14:00:00Z',410,'gone','http_410',NULL,NULL,0,NULL);
CREATE TABLE IF NOT EXISTS "urls" (
    "key" TEXT PRIMARY KEY,
    "url" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "article" INTEGER REFERENCES articles(id),
    "alias_of" TEXT,
    "outcome" TEXT,
    "reason" TEXT,
    "first_seen_at" TEXT NOT NULL,
    "last_visited_at" TEXT
);
INSERT INTO urls VALUES('https://herald.example/feed','https://herald.example/feed','herald',NULL,NULL,'listed',NULL,'2026-11-22T12:00:00Z','2026-11-22T12:00:00Z');
INSERT INTO urls VALUES('https://herald.example/quay','https://herald.example/quay','herald',NULL,NULL,'gone','http_410','2026-11-22T12:00:00Z','2026-11-22T14:00:00Z');
INSERT INTO urls VALUES('https://herald.example/port','https://herald.example/port','herald',1,NULL,'revised',NULL,'2026-11-22T12:00:00Z','2026-11-22T14:00:00Z');
CREATE TABLE IF NOT EXISTS "sightings" (
    "key" TEXT PRIMARY KEY,
    "last_seen_at" TEXT NOT NULL,
    "seen_in" TEXT,
    "times" INTEGER NOT NULL DEFAULT 1
);
INSERT INTO sightings VALUES('https://herald.example/feed','2026-11-22T12:00:00Z','sources.toml',1);
INSERT INTO sightings VALUES('https://herald.example/quay','2026-11-22T12:00:00Z','https://herald.example/feed',1);
INSERT INTO sightings VALUES('https://herald.example/port','2026-11-22T12:00:00Z','https://herald.example/feed',1);
CREATE TABLE IF NOT EXISTS "frontier" (
    "key" TEXT PRIMARY KEY,
    "url" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "host" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'due',
    "due_at" TEXT NOT NULL,
    "run" INTEGER,
    "visits" INTEGER NOT NULL DEFAULT 0,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "first_due_at" TEXT NOT NULL,
    "etag" TEXT,
    "last_modified" TEXT
, "quiet" INTEGER NOT NULL DEFAULT 0, "why" TEXT, "depth" INTEGER NOT NULL DEFAULT 0);
INSERT INTO frontier VALUES('https://herald.example/feed','https://herald.example/feed','herald','feed','herald.example','due','2026-11-22T14:00:00Z',1,1,0,'2026-11-22T12:00:00Z',NULL,NULL,0,NULL,0);
INSERT INTO frontier VALUES('https://herald.example/quay','https://herald.example/quay','herald','article','herald.example','parked','2026-11-22T12:00:00Z',1,1,0,'2026-11-22T12:00:00Z',NULL,NULL,0,NULL,0);
INSERT INTO frontier VALUES('https://herald.example/port','https://herald.example/port','herald','article','herald.example','due','2026-11-23T12:00:00Z',1,2,0,'2026-11-22T12:00:00Z',NULL,NULL,0,NULL,0);
CREATE TABLE IF NOT EXISTS "hosts" (
    "host" TEXT PRIMARY KEY,
    "retry_at" TEXT,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "crawl_delay" REAL,
    "robots" TEXT,
    "robots_status" INTEGER,
    "robots_at" TEXT
, "robots_from" TEXT);
CREATE TABLE IF NOT EXISTS "corrections" (
    "article" INTEGER NOT NULL REFERENCES articles(id),
    "field" TEXT NOT NULL,
    "value" TEXT,
    "author" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "made_at" TEXT NOT NULL, "before" TEXT,
    PRIMARY KEY (article, field)
);
CREATE TABLE IF NOT EXISTS "tombstones" (
    "key" TEXT PRIMARY KEY,
    "reason" TEXT NOT NULL,
    "made_at" TEXT NOT NULL
, "mode" TEXT NOT NULL DEFAULT 'erased', "public_id" TEXT);
CREATE TABLE IF NOT EXISTS "source_health" (
    "source" TEXT NOT NULL,
    "day" TEXT NOT NULL,
    "visits" INTEGER NOT NULL DEFAULT 0,
    "stored" INTEGER NOT NULL DEFAULT 0,
    "failed" INTEGER NOT NULL DEFAULT 0,
    "with_date" INTEGER NOT NULL DEFAULT 0,
    "with_byline" INTEGER NOT NULL DEFAULT 0,
    "words" INTEGER NOT NULL DEFAULT 0, "with_headline" INTEGER NOT NULL DEFAULT 0, "read" INTEGER NOT NULL DEFAULT 0, "listed" INTEGER NOT NULL DEFAULT 0, "listings_failed" INTEGER NOT NULL DEFAULT 0, "links" INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (source, day)
);
INSERT INTO source_health VALUES('herald','2026-11-22',4,1,0,1,1,132,0,0,0,0,0);
CREATE TABLE IF NOT EXISTS "exports" (
    "id" INTEGER PRIMARY KEY,
    "name" TEXT,
    "made_at" TEXT NOT NULL,
    "query" TEXT NOT NULL,
    "rows" INTEGER NOT NULL,
    "sha256" TEXT NOT NULL
, "change" INTEGER);
CREATE TABLE IF NOT EXISTS "about" (
    "name" TEXT PRIMARY KEY,
    "value" TEXT NOT NULL
);
INSERT INTO about VALUES('created_at','2026-11-22T12:00:00Z');
CREATE TABLE IF NOT EXISTS "deleted_articles" (
    "article" INTEGER PRIMARY KEY,
    "public_id" TEXT NOT NULL,
    "change" INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS "article_images" (
    "article" INTEGER NOT NULL REFERENCES articles(id),
    "position" INTEGER NOT NULL,
    "url" TEXT NOT NULL,
    "caption" TEXT,
    "credit" TEXT,
    "alt" TEXT,
    PRIMARY KEY (article, position)
);
CREATE TABLE IF NOT EXISTS "article_notes" (
    "article" INTEGER NOT NULL REFERENCES articles(id),
    "position" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "printed" TEXT,
    PRIMARY KEY (article, position)
);
CREATE TABLE IF NOT EXISTS "live_entries" (
    "article" INTEGER NOT NULL REFERENCES articles(id),
    "position" INTEGER NOT NULL,
    "at" TEXT,
    "printed" TEXT NOT NULL DEFAULT '',
    "headline" TEXT,
    "byline" TEXT,
    "text" TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (article, position)
);
CREATE TABLE IF NOT EXISTS "story_signatures" (
    "article" INTEGER PRIMARY KEY REFERENCES articles(id),
    "algorithm" TEXT NOT NULL,
    "shingles" INTEGER NOT NULL,
    "signature" BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS "story_bands" (
    "week" INTEGER NOT NULL,
    "band" INTEGER NOT NULL,
    "article" INTEGER NOT NULL REFERENCES articles(id),
    PRIMARY KEY (week, band, article)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS "takedowns" (
    "id" INTEGER PRIMARY KEY,
    "made_at" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "public_id" TEXT,
    "reason" TEXT NOT NULL,
    "author" TEXT,
    "receipt" TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS "erasures" (
    "capture" INTEGER PRIMARY KEY REFERENCES captures(id),
    "asked_at" TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS "alarms" (
    "id" INTEGER PRIMARY KEY,
    "source" TEXT NOT NULL,
    "alarm" TEXT NOT NULL,
    "field" TEXT NOT NULL DEFAULT '',
    "sentence" TEXT NOT NULL,
    "raised_at" TEXT NOT NULL,
    "seen_at" TEXT NOT NULL,
    "cleared_at" TEXT,
    "told_at" TEXT
);
CREATE TABLE IF NOT EXISTS "searches" (
    "name" TEXT PRIMARY KEY,
    "query" TEXT NOT NULL,
    "last_article" INTEGER NOT NULL DEFAULT 0,
    "ran_at" TEXT NOT NULL
);
PRAGMA writable_schema=ON;
INSERT INTO sqlite_schema(type,name,tbl_name,rootpage,sql)VALUES('table','articles_fts','articles_fts',0,'CREATE VIRTUAL TABLE articles_fts USING fts5(
    headline, text, content=''articles_words'', content_rowid=''id'',
    tokenize=''unicode61 remove_diacritics 2 categories ''''L* N* Co Mn Mc''''''
)');
CREATE TABLE IF NOT EXISTS 'articles_fts_data'(id INTEGER PRIMARY KEY, block BLOB);
INSERT INTO articles_fts_data VALUES(1,X'01048104');
INSERT INTO articles_fts_data VALUES(10,X'000000000101010001010101');
INSERT INTO articles_fts_data VALUES(137438953473,X'000001100430616e64011c01010b0d0d0d0d0d0d0d0d0d0d0d0109636f72726563746564010202020572616e6573011c01010c0d0d0d0d0d0d0d0d0d0d0d0107686172626f7572011c0101040d0d0d0d0d0d0d0d0d0d0d01066d6173746572011c0101050d0d0d0d0d0d0d0d0d0d0d01046e65777301020301026f66011e040101090d0d0d0d0d0d0d0d0d0d0d02016e011c0101070d0d0d0d0d0d0d0d0d0d0d0104706f7274011e050101020d0d0d0d0d0d0d0d0d0d0d01057368697073011c01010a0d0d0d0d0d0d0d0d0d0d0d0204706f6b65011c0101060d0d0d0d0d0d0d0d0d0d0d0205756e646179011c0101080d0d0d0d0d0d0d0d0d0d0d0103746865011c0101030d0d0d0d0d0d0d0d0d0d0d04150e17191809151317171617');
CREATE TABLE IF NOT EXISTS 'articles_fts_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;
INSERT INTO articles_fts_idx VALUES(1,X'',2);
CREATE TABLE IF NOT EXISTS 'articles_fts_docsize'(id INTEGER PRIMARY KEY, sz BLOB);
INSERT INTO articles_fts_docsize VALUES(1,X'048104');
CREATE TABLE IF NOT EXISTS 'articles_fts_config'(k PRIMARY KEY, v) WITHOUT ROWID;
INSERT INTO articles_fts_config VALUES('version',4);
ANALYZE sqlite_schema;
INSERT INTO sqlite_stat1 VALUES('articles','articles_change','1 1');
INSERT INTO sqlite_stat1 VALUES('articles','articles_url','1 1');
INSERT INTO sqlite_stat1 VALUES('articles','articles_first_seen_at_id','1 1 1');
INSERT INTO sqlite_stat1 VALUES('articles','articles_changed_at_id','1 1 1');
INSERT INTO sqlite_stat1 VALUES('articles','articles_cluster_published_sort_id','1 1 1 1');
INSERT INTO sqlite_stat1 VALUES('articles','articles_paywalled_published_sort_id','1 1 1 1');
INSERT INTO sqlite_stat1 VALUES('articles','articles_state_published_sort_id','1 1 1 1');
INSERT INTO sqlite_stat1 VALUES('articles','articles_published_month_published_sort_id','1 1 1 1');
INSERT INTO sqlite_stat1 VALUES('articles','articles_published_year_published_sort_id','1 1 1 1');
INSERT INTO sqlite_stat1 VALUES('articles','articles_language_published_sort_id','1 1 1 1');
INSERT INTO sqlite_stat1 VALUES('articles','articles_place_published_sort_id','1 1 1 1');
INSERT INTO sqlite_stat1 VALUES('articles','articles_country_published_sort_id','1 1 1 1');
INSERT INTO sqlite_stat1 VALUES('articles','articles_section_published_sort_id','1 1 1 1');
INSERT INTO sqlite_stat1 VALUES('articles','articles_source_published_sort_id','1 1 1 1');
INSERT INTO sqlite_stat1 VALUES('articles','articles_published_sort_id','1 1 1');
INSERT INTO sqlite_stat1 VALUES('articles','sqlite_autoindex_articles_1','1 1');
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX "articles_published_sort_id" ON "articles" (published_sort DESC, id DESC);
CREATE INDEX "articles_source_published_sort_id" ON "articles" (source, published_sort DESC, id DESC);
CREATE INDEX "articles_section_published_sort_id" ON "articles" (section, published_sort DESC, id DESC);
CREATE INDEX "articles_country_published_sort_id" ON "articles" (country, published_sort DESC, id DESC);
CREATE INDEX "articles_place_published_sort_id" ON "articles" (place, published_sort DESC, id DESC);
CREATE INDEX "articles_language_published_sort_id" ON "articles" (language, published_sort DESC, id DESC);
CREATE INDEX "articles_published_year_published_sort_id" ON "articles" (published_year, published_sort DESC, id DESC);
CREATE INDEX "articles_published_month_published_sort_id" ON "articles" (published_month, published_sort DESC, id DESC);
CREATE INDEX "articles_state_published_sort_id" ON "articles" (state, published_sort DESC, id DESC);
CREATE INDEX "articles_paywalled_published_sort_id" ON "articles" (paywalled, published_sort DESC, id DESC);
CREATE INDEX "articles_cluster_published_sort_id" ON "articles" (cluster, published_sort DESC, id DESC);
CREATE INDEX "articles_changed_at_id" ON "articles" (changed_at DESC, id DESC);
CREATE INDEX "articles_first_seen_at_id" ON "articles" (first_seen_at DESC, id DESC);
CREATE INDEX "articles_url" ON "articles" (url);
CREATE INDEX "article_text_text_hash" ON "article_text" (text_hash);
CREATE INDEX "article_authors_author_article" ON "article_authors" (author, article);
CREATE INDEX "article_tags_tag_article" ON "article_tags" (tag, article);
CREATE INDEX "article_agencies_agency_article" ON "article_agencies" (agency, article);
CREATE INDEX "revisions_article_id" ON "revisions" (article, id);
CREATE INDEX "revisions_seen_at_id" ON "revisions" (seen_at DESC, id DESC);
CREATE INDEX "removed_blocks_rule_article" ON "removed_blocks" (rule, article);
CREATE INDEX "evidence_key_kind" ON "evidence" (key, kind);
CREATE INDEX "doubts_doubt_article" ON "doubts" (doubt, article);
CREATE INDEX "doubts_article" ON "doubts" (article);
CREATE INDEX "captures_key_captured_at" ON "captures" (key, captured_at DESC);
CREATE INDEX "fetches_key_id" ON "fetches" (key, id DESC);
CREATE INDEX "fetches_run_source_outcome" ON "fetches" (run, source, outcome);
CREATE INDEX "fetches_source_visited_at" ON "fetches" (source, visited_at DESC);
CREATE INDEX "urls_article" ON "urls" (article);
CREATE INDEX "urls_source_outcome" ON "urls" (source, outcome);
CREATE INDEX "frontier_state_host_kind_due_at" ON "frontier" (state, host, kind, due_at);
CREATE INDEX "frontier_source_state" ON "frontier" (source, state);
CREATE INDEX "articles_change" ON "articles" (change);
CREATE INDEX "deleted_articles_change" ON "deleted_articles" (change);
CREATE INDEX "article_notes_kind_article" ON "article_notes" (kind, article);
CREATE INDEX "live_entries_at_article" ON "live_entries" (at, article);
CREATE INDEX "urls_source_first_seen_at" ON "urls" (source, first_seen_at);
CREATE INDEX "alarms_source_alarm_field" ON "alarms" (source, alarm, field);
CREATE INDEX "alarms_cleared_at" ON "alarms" (cleared_at);
CREATE TRIGGER articles_change_insert AFTER INSERT ON articles BEGIN UPDATE articles SET change = 1 + max((SELECT ifnull(max(change), 0) FROM articles), (SELECT ifnull(max(change), 0) FROM deleted_articles)) WHERE id =  new.id; END;
CREATE TRIGGER articles_change_update AFTER UPDATE ON articles WHEN new.change IS old.change BEGIN UPDATE articles SET change = 1 + max((SELECT ifnull(max(change), 0) FROM articles), (SELECT ifnull(max(change), 0) FROM deleted_articles)) WHERE id =  new.id; END;
CREATE TRIGGER articles_change_delete AFTER DELETE ON articles BEGIN INSERT OR REPLACE INTO deleted_articles (article, public_id, change) VALUES (old.id, old.public_id, 1 + max(ifnull(old.change, 0), max((SELECT ifnull(max(change), 0) FROM articles), (SELECT ifnull(max(change), 0) FROM deleted_articles)))); END;
CREATE TRIGGER article_authors_change_insert AFTER INSERT ON article_authors BEGIN UPDATE articles SET change = 1 + max((SELECT ifnull(max(change), 0) FROM articles), (SELECT ifnull(max(change), 0) FROM deleted_articles)) WHERE id =  new.article; END;
CREATE TRIGGER article_authors_change_update AFTER UPDATE ON article_authors BEGIN UPDATE articles SET change = 1 + max((SELECT ifnull(max(change), 0) FROM articles), (SELECT ifnull(max(change), 0) FROM deleted_articles)) WHERE id =  old.article; UPDATE articles SET change = 1 + max((SELECT ifnull(max(change), 0) FROM articles), (SELECT ifnull(max(change), 0) FROM deleted_articles)) WHERE id =  new.article; END;
CREATE TRIGGER article_authors_change_delete AFTER DELETE ON article_authors BEGIN UPDATE articles SET change = 1 + max((SELECT ifnull(max(change), 0) FROM articles), (SELECT ifnull(max(change), 0) FROM deleted_articles)) WHERE id =  old.article; END;
CREATE TRIGGER article_tags_change_insert AFTER INSERT ON article_tags BEGIN UPDATE articles SET change = 1 + max((SELECT ifnull(max(change), 0) FROM articles), (SELECT ifnull(max(change), 0) FROM deleted_articles)) WHERE id =  new.article; END;
CREATE TRIGGER article_tags_change_update AFTER UPDATE ON article_tags BEGIN UPDATE articles SET change = 1 + max((SELECT ifnull(max(change), 0) FROM articles), (SELECT ifnull(max(change), 0) FROM deleted_articles)) WHERE id =  old.article; UPDATE articles SET change = 1 + max((SELECT ifnull(max(change), 0) FROM articles), (SELECT ifnull(max(change), 0) FROM deleted_articles)) WHERE id =  new.article; END;
CREATE TRIGGER article_tags_change_delete AFTER DELETE ON article_tags BEGIN UPDATE articles SET change = 1 + max((SELECT ifnull(max(change), 0) FROM articles), (SELECT ifnull(max(change), 0) FROM deleted_articles)) WHERE id =  old.article; END;
CREATE TRIGGER article_agencies_change_insert AFTER INSERT ON article_agencies BEGIN UPDATE articles SET change = 1 + max((SELECT ifnull(max(change), 0) FROM articles), (SELECT ifnull(max(change), 0) FROM deleted_articles)) WHERE id =  new.article; END;
CREATE TRIGGER article_agencies_change_update AFTER UPDATE ON article_agencies BEGIN UPDATE articles SET change = 1 + max((SELECT ifnull(max(change), 0) FROM articles), (SELECT ifnull(max(change), 0) FROM deleted_articles)) WHERE id =  old.article; UPDATE articles SET change = 1 + max((SELECT ifnull(max(change), 0) FROM articles), (SELECT ifnull(max(change), 0) FROM deleted_articles)) WHERE id =  new.article; END;
CREATE TRIGGER article_agencies_change_delete AFTER DELETE ON article_agencies BEGIN UPDATE articles SET change = 1 + max((SELECT ifnull(max(change), 0) FROM articles), (SELECT ifnull(max(change), 0) FROM deleted_articles)) WHERE id =  old.article; END;
CREATE VIEW articles_words AS
SELECT articles.id AS id, newsbot_fold_1(articles.headline) AS headline, newsbot_fold_1(article_text.text) AS text
FROM articles JOIN article_text ON article_text.article = articles.id
WHERE articles.state != 'withheld';
PRAGMA writable_schema=OFF;
COMMIT;
