-- An archive as newsbot 0.1.0 made it (migration m001_create). Never edited: migrations are tested from it.
PRAGMA foreign_keys = OFF;
BEGIN;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE TABLE "articles" (
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
);
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
CREATE TABLE "article_text" (
    "article" INTEGER PRIMARY KEY REFERENCES articles(id),
    "text" TEXT NOT NULL DEFAULT '',
    "image" TEXT,
    "canonical_url" TEXT,
    "text_hash" TEXT
);
CREATE INDEX "article_text_text_hash" ON "article_text" (text_hash);
CREATE TABLE "article_authors" (
    "article" INTEGER NOT NULL REFERENCES articles(id),
    "author" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    PRIMARY KEY (article, author)
);
CREATE INDEX "article_authors_author_article" ON "article_authors" (author, article);
CREATE TABLE "article_tags" (
    "article" INTEGER NOT NULL REFERENCES articles(id),
    "tag" TEXT NOT NULL,
    PRIMARY KEY (article, tag)
);
CREATE INDEX "article_tags_tag_article" ON "article_tags" (tag, article);
CREATE TABLE "article_agencies" (
    "article" INTEGER NOT NULL REFERENCES articles(id),
    "agency" TEXT NOT NULL,
    PRIMARY KEY (article, agency)
);
CREATE INDEX "article_agencies_agency_article" ON "article_agencies" (agency, article);
CREATE TABLE "places" (
    "name" TEXT NOT NULL,
    "country" TEXT NOT NULL DEFAULT '',
    "latitude" REAL,
    "longitude" REAL,
    PRIMARY KEY (name, country)
);
CREATE TABLE "sources" (
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
);
CREATE TABLE "revisions" (
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
);
CREATE INDEX "revisions_article_id" ON "revisions" (article, id);
CREATE INDEX "revisions_seen_at_id" ON "revisions" (seen_at DESC, id DESC);
CREATE TABLE "removed_blocks" (
    "article" INTEGER NOT NULL REFERENCES articles(id),
    "position" INTEGER NOT NULL,
    "rule" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    PRIMARY KEY (article, position)
);
CREATE INDEX "removed_blocks_rule_article" ON "removed_blocks" (rule, article);
CREATE TABLE "evidence" (
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
CREATE INDEX "evidence_key_kind" ON "evidence" (key, kind);
CREATE TABLE "doubts" (
    "id" INTEGER PRIMARY KEY,
    "key" TEXT NOT NULL,
    "article" INTEGER REFERENCES articles(id),
    "doubt" TEXT NOT NULL,
    "detail" TEXT NOT NULL,
    "seen_at" TEXT NOT NULL
);
CREATE INDEX "doubts_doubt_article" ON "doubts" (doubt, article);
CREATE INDEX "doubts_article" ON "doubts" (article);
CREATE TABLE "clusters" (
    "id" INTEGER PRIMARY KEY,
    "text_hash" TEXT NOT NULL UNIQUE,
    "first_article" INTEGER REFERENCES articles(id),
    "agency" TEXT,
    "articles" INTEGER NOT NULL
);
CREATE TABLE "captures" (
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
);
CREATE INDEX "captures_key_captured_at" ON "captures" (key, captured_at DESC);
CREATE TABLE "rights" (
    "capture" INTEGER PRIMARY KEY REFERENCES captures(id),
    "robots" TEXT,
    "noarchive" INTEGER NOT NULL DEFAULT 0,
    "nosnippet" INTEGER NOT NULL DEFAULT 0,
    "noai" INTEGER NOT NULL DEFAULT 0,
    "tdm_reservation" INTEGER,
    "licence" TEXT
);
CREATE TABLE "runs" (
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
);
CREATE TABLE "fetches" (
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
CREATE INDEX "fetches_key_id" ON "fetches" (key, id DESC);
CREATE INDEX "fetches_run_source_outcome" ON "fetches" (run, source, outcome);
CREATE INDEX "fetches_source_visited_at" ON "fetches" (source, visited_at DESC);
CREATE TABLE "urls" (
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
CREATE INDEX "urls_article" ON "urls" (article);
CREATE INDEX "urls_source_outcome" ON "urls" (source, outcome);
CREATE TABLE "sightings" (
    "key" TEXT PRIMARY KEY,
    "last_seen_at" TEXT NOT NULL,
    "seen_in" TEXT,
    "times" INTEGER NOT NULL DEFAULT 1
);
CREATE TABLE "frontier" (
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
);
CREATE INDEX "frontier_state_host_kind_due_at" ON "frontier" (state, host, kind, due_at);
CREATE INDEX "frontier_source_state" ON "frontier" (source, state);
CREATE TABLE "hosts" (
    "host" TEXT PRIMARY KEY,
    "retry_at" TEXT,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "crawl_delay" REAL,
    "robots" TEXT,
    "robots_status" INTEGER,
    "robots_at" TEXT
);
CREATE TABLE "corrections" (
    "article" INTEGER NOT NULL REFERENCES articles(id),
    "field" TEXT NOT NULL,
    "value" TEXT,
    "author" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "made_at" TEXT NOT NULL,
    PRIMARY KEY (article, field)
);
CREATE TABLE "tombstones" (
    "key" TEXT PRIMARY KEY,
    "reason" TEXT NOT NULL,
    "made_at" TEXT NOT NULL
);
CREATE TABLE "source_health" (
    "source" TEXT NOT NULL,
    "day" TEXT NOT NULL,
    "visits" INTEGER NOT NULL DEFAULT 0,
    "stored" INTEGER NOT NULL DEFAULT 0,
    "failed" INTEGER NOT NULL DEFAULT 0,
    "with_date" INTEGER NOT NULL DEFAULT 0,
    "with_byline" INTEGER NOT NULL DEFAULT 0,
    "words" INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (source, day)
);
CREATE TABLE "exports" (
    "id" INTEGER PRIMARY KEY,
    "name" TEXT,
    "made_at" TEXT NOT NULL,
    "query" TEXT NOT NULL,
    "rows" INTEGER NOT NULL,
    "sha256" TEXT NOT NULL
);
CREATE TABLE "about" (
    "name" TEXT PRIMARY KEY,
    "value" TEXT NOT NULL
);
CREATE VIEW articles_words AS
SELECT articles.id AS id, articles.headline AS headline, article_text.text AS text
FROM articles JOIN article_text ON article_text.article = articles.id
WHERE articles.state != 'withheld';
CREATE VIRTUAL TABLE articles_fts USING fts5(
    headline, text, content='articles_words', content_rowid='id', tokenize='unicode61 remove_diacritics 2'
);
INSERT INTO _sqlite_migrations VALUES (1,'newsbot','m001_create','2026-11-22 12:00:00+00:00');
INSERT INTO articles VALUES (1,'m6k62xmhpz5g','https://herald.example/port','herald','Corrected: news of port','It happened.','World','en','By A. Karim and B. Chen','2026-11-22T11:00:00Z','2026-11-22',2026,'2026-11','2026-11-22T11:00:00Z','minute','jsonld datePublished',0.9,NULL,'BASRA, Nov 22 (Reuters) -','2026-11-22','--11-22','Basra','IQ','2026-11-22T12:00:00Z','2026-11-22T14:00:00Z',1,132,NULL,NULL,'published','31aac8fcaabe3974406b8b9d7dbda63c','1',2);
INSERT INTO article_text VALUES (1,'Port: the harbour master spoke on Sunday of ships and cranes. Port: the harbour master spoke on Sunday of ships and cranes. Port: the harbour master spoke on Sunday of ships and cranes. Port: the harbour master spoke on Sunday of ships and cranes. Port: the harbour master spoke on Sunday of ships and cranes. Port: the harbour master spoke on Sunday of ships and cranes. Port: the harbour master spoke on Sunday of ships and cranes. Port: the harbour master spoke on Sunday of ships and cranes. Port: the harbour master spoke on Sunday of ships and cranes. Port: the harbour master spoke on Sunday of ships and cranes. Port: the harbour master spoke on Sunday of ships and cranes. Port: the harbour master spoke on Sunday of ships and cranes. ',NULL,NULL,'5e8246381045f2f42aa80d0921d85e6b');
INSERT INTO article_authors VALUES (1,'A. Karim',0);
INSERT INTO article_authors VALUES (1,'B. Chen',1);
INSERT INTO article_tags VALUES (1,'Trade');
INSERT INTO article_tags VALUES (1,'Ports');
INSERT INTO article_agencies VALUES (1,'Reuters');
INSERT INTO places VALUES ('Basra','IQ',30.5,47.8);
INSERT INTO sources VALUES ('herald','The Herald',NULL,NULL,NULL,NULL,'full','full','active','2026-11-22T12:00:00Z');
INSERT INTO revisions VALUES (1,1,'publisher','headline','2026-11-22T14:00:00Z','News of port','It happened.','By A. Karim and B. Chen','Port: the harbour master spoke on Sunday of ships and cranes. Port: the harbour master spoke on Sunday of ships and cranes. Port: the harbour master spoke on Sunday of ships and cranes. Port: the harbour master spoke on Sunday of ships and cranes. Port: the harbour master spoke on Sunday of ships and cranes. Port: the harbour master spoke on Sunday of ships and cranes. Port: the harbour master spoke on Sunday of ships and cranes. Port: the harbour master spoke on Sunday of ships and cranes. Port: the harbour master spoke on Sunday of ships and cranes. Port: the harbour master spoke on Sunday of ships and cranes. Port: the harbour master spoke on Sunday of ships and cranes. Port: the harbour master spoke on Sunday of ships and cranes. ','9d8476f58ba72673e5ecec65ffa81257','1',1,2);
INSERT INTO removed_blocks VALUES (1,0,'label','A block with a label.','Read more');
INSERT INTO evidence VALUES (1,'https://herald.example/feed','found','sources',NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,'sources.toml','2026-11-22T12:00:00Z');
INSERT INTO evidence VALUES (2,'https://herald.example/port','found','feed',NULL,'Sun, 22 Nov 2026',NULL,NULL,NULL,NULL,NULL,0,NULL,'port',NULL,NULL,NULL,'https://herald.example/feed','2026-11-22T12:00:00Z');
INSERT INTO evidence VALUES (3,'https://herald.example/quay','found','feed',NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,'quay',NULL,NULL,NULL,'https://herald.example/feed','2026-11-22T12:00:00Z');
INSERT INTO evidence VALUES (4,'https://herald.example/port','date','jsonld','datePublished','2026-11-22T11:00Z','2026-11-22T12:00:00Z',NULL,'minute','published',0.9,1,NULL,NULL,NULL,NULL,NULL,NULL,'2026-11-22T14:00:00Z');
INSERT INTO captures VALUES (1,'https://herald.example/port','https://herald.example/port','a.warc.gz',0,100,'sha1:X','2026-11-22T12:00:00Z',200,'text/html',90);
INSERT INTO captures VALUES (2,'https://herald.example/port','https://herald.example/port','a.warc.gz',100,100,'sha1:X','2026-11-22T14:00:00Z',200,'text/html',90);
INSERT INTO rights VALUES (1,NULL,0,0,0,NULL,NULL);
INSERT INTO rights VALUES (2,NULL,0,0,0,NULL,NULL);
INSERT INTO runs VALUES (1,'2026-11-22T12:00:00Z','2026-11-22T14:00:00Z','finished',0,'0.1.0','1','newsbot crawl',1,2,1,1,0,1,0,0,0);
INSERT INTO fetches VALUES (1,1,'https://herald.example/feed','https://herald.example/feed',NULL,'herald','feed','2026-11-22T12:00:00Z',200,'listed',NULL,NULL,NULL,0,2);
INSERT INTO fetches VALUES (2,1,'https://herald.example/port','https://herald.example/port',NULL,'herald','article','2026-11-22T12:00:00Z',200,'stored',NULL,NULL,NULL,0,NULL);
INSERT INTO fetches VALUES (3,1,'https://herald.example/port','https://herald.example/port',NULL,'herald','article','2026-11-22T14:00:00Z',200,'revised',NULL,'headline',NULL,0,NULL);
INSERT INTO fetches VALUES (4,1,'https://herald.example/quay','https://herald.example/quay',NULL,'herald','article','2026-11-22T14:00:00Z',410,'gone','http_410',NULL,NULL,0,NULL);
INSERT INTO urls VALUES ('https://herald.example/feed','https://herald.example/feed','herald',NULL,NULL,'listed',NULL,'2026-11-22T12:00:00Z','2026-11-22T12:00:00Z');
INSERT INTO urls VALUES ('https://herald.example/quay','https://herald.example/quay','herald',NULL,NULL,'gone','http_410','2026-11-22T12:00:00Z','2026-11-22T14:00:00Z');
INSERT INTO urls VALUES ('https://herald.example/port','https://herald.example/port','herald',1,NULL,'revised',NULL,'2026-11-22T12:00:00Z','2026-11-22T14:00:00Z');
INSERT INTO sightings VALUES ('https://herald.example/feed','2026-11-22T12:00:00Z','sources.toml',1);
INSERT INTO sightings VALUES ('https://herald.example/quay','2026-11-22T12:00:00Z','https://herald.example/feed',1);
INSERT INTO sightings VALUES ('https://herald.example/port','2026-11-22T12:00:00Z','https://herald.example/feed',1);
INSERT INTO frontier VALUES ('https://herald.example/feed','https://herald.example/feed','herald','feed','herald.example','due','2026-11-22T14:00:00Z',1,1,0,'2026-11-22T12:00:00Z',NULL,NULL);
INSERT INTO frontier VALUES ('https://herald.example/quay','https://herald.example/quay','herald','article','herald.example','parked','2026-11-22T12:00:00Z',1,1,0,'2026-11-22T12:00:00Z',NULL,NULL);
INSERT INTO frontier VALUES ('https://herald.example/port','https://herald.example/port','herald','article','herald.example','due','2026-11-23T12:00:00Z',1,2,0,'2026-11-22T12:00:00Z',NULL,NULL);
INSERT INTO source_health VALUES ('herald','2026-11-22',4,1,0,1,1,132);
INSERT INTO about VALUES ('created_at','2026-11-22T12:00:00Z');
INSERT INTO articles_fts (articles_fts) VALUES ('rebuild');
COMMIT;
