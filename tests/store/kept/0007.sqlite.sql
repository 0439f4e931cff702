BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0007');
CREATE TABLE choice (
	workspace_id VARCHAR NOT NULL, 
	about VARCHAR NOT NULL, 
	subject VARCHAR NOT NULL, 
	value JSON NOT NULL, 
	CONSTRAINT pk_choice PRIMARY KEY (workspace_id, about, subject), 
	CONSTRAINT fk_choice_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspace (id)
);
INSERT INTO "choice" VALUES('036ea08b24b2bff34fc5','owner','watch','"ana"');
CREATE TABLE contact (
	workspace_id VARCHAR NOT NULL, 
	network VARCHAR NOT NULL, 
	author_id VARCHAR NOT NULL, 
	handle VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	url VARCHAR, 
	is_bot BOOLEAN NOT NULL, 
	CONSTRAINT pk_contact PRIMARY KEY (workspace_id, network, author_id), 
	CONSTRAINT fk_contact_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspace (id)
);
INSERT INTO "contact" VALUES('036ea08b24b2bff34fc5','mastodon','https://mastodon.example/users/mei','@mei@mastodon.example','Mei Tanaka',NULL,0);
INSERT INTO "contact" VALUES('036ea08b24b2bff34fc5','mastodon','author-q0','@q0','Q0',NULL,0);
INSERT INTO "contact" VALUES('036ea08b24b2bff34fc5','mastodon','author-q1','@q1','Q1',NULL,0);
INSERT INTO "contact" VALUES('036ea08b24b2bff34fc5','mastodon','forgotten:b3d3b988fca63b58ec15a2feea05842aaef2b7ce4db117d21148bfc1f1e9f1d7','','',NULL,0);
CREATE TABLE conversation (
	workspace_id VARCHAR NOT NULL, 
	id VARCHAR NOT NULL, 
	network VARCHAR NOT NULL, 
	root VARCHAR NOT NULL, 
	author VARCHAR NOT NULL, 
	episode INTEGER NOT NULL, 
	handle_id VARCHAR, 
	url VARCHAR, 
	endpoint VARCHAR, 
	revision INTEGER NOT NULL, 
	status VARCHAR NOT NULL, 
	lane VARCHAR NOT NULL, 
	waiting_since DATETIME, 
	holder VARCHAR, 
	asked VARCHAR, 
	wake_at DATETIME, 
	settled_at DATETIME, 
	looked_at DATETIME, 
	created_at DATETIME NOT NULL, 
	standing JSON NOT NULL, unseen_since DATETIME, tried_at DATETIME, look_at DATETIME, 
	CONSTRAINT pk_conversation PRIMARY KEY (workspace_id, id), 
	CONSTRAINT ck_conversation_revision CHECK (revision >= 0), 
	CONSTRAINT fk_conversation_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspace (id), 
	CONSTRAINT uq_conversation_workspace_id_network_root_author_episode UNIQUE (workspace_id, network, root, author, episode)
);
INSERT INTO "conversation" VALUES('036ea08b24b2bff34fc5','talk-p1','mastodon','p1','https://mastodon.example/users/mei',1,NULL,NULL,NULL,0,'open','to us','2026-03-02 12:00:00.000000',NULL,NULL,NULL,NULL,NULL,'2026-03-02 12:00:00.000000','{"answered_at":null,"asked":null,"asked_at":null,"asked_by":null,"declined":[],"evidence":[],"held_since":null,"holder":null,"lane":"to us","last_press":null,"maybes":[],"nudgeable":true,"nudged_at":null,"nudged_by":null,"numbers":[],"opened_at":null,"others_replied":0,"private":false,"reason":null,"sign":null,"snoozed_until":null,"status":"open","uncovered":["p1"],"wait":1,"waiting_since":"2026-03-02T12:00:00Z","wake_at":null,"write_backs":[]}',NULL,NULL,'2026-03-02 12:02:00.000000');
INSERT INTO "conversation" VALUES('036ea08b24b2bff34fc5','talk-q0','mastodon','q0','author-q0',1,NULL,NULL,NULL,0,'open','to us','2026-03-02 12:00:00.000000',NULL,NULL,NULL,NULL,NULL,'2026-03-02 12:00:00.000000','{"answered_at":null,"asked":null,"asked_at":null,"asked_by":null,"declined":[],"evidence":[],"held_since":null,"holder":null,"lane":"to us","last_press":null,"maybes":[],"nudgeable":true,"nudged_at":null,"nudged_by":null,"numbers":[],"opened_at":null,"others_replied":0,"private":false,"reason":null,"sign":null,"snoozed_until":null,"status":"open","uncovered":["q0"],"wait":1,"waiting_since":"2026-03-02T12:00:00Z","wake_at":null,"write_backs":[]}',NULL,NULL,'2026-03-02 12:02:00.000000');
INSERT INTO "conversation" VALUES('036ea08b24b2bff34fc5','talk-q1','mastodon','q1','author-q1',1,NULL,NULL,NULL,0,'open','to us','2026-03-02 12:00:00.000000',NULL,NULL,NULL,NULL,NULL,'2026-03-02 12:00:00.000000','{"answered_at":null,"asked":null,"asked_at":null,"asked_by":null,"declined":[],"evidence":[],"held_since":null,"holder":null,"lane":"to us","last_press":null,"maybes":[],"nudgeable":true,"nudged_at":null,"nudged_by":null,"numbers":[],"opened_at":null,"others_replied":0,"private":false,"reason":null,"sign":null,"snoozed_until":null,"status":"open","uncovered":["q1"],"wait":1,"waiting_since":"2026-03-02T12:00:00Z","wake_at":null,"write_backs":[]}',NULL,NULL,'2026-03-02 12:02:00.000000');
INSERT INTO "conversation" VALUES('036ea08b24b2bff34fc5','talk-q2','mastodon','q2','forgotten:b3d3b988fca63b58ec15a2feea05842aaef2b7ce4db117d21148bfc1f1e9f1d7',1,NULL,NULL,NULL,0,'open','to us','2026-03-02 12:00:00.000000',NULL,NULL,NULL,NULL,NULL,'2026-03-02 12:00:00.000000','{"answered_at":null,"asked":null,"asked_at":null,"asked_by":null,"declined":[],"evidence":[],"held_since":null,"holder":null,"lane":"to us","last_press":null,"maybes":[],"nudgeable":true,"nudged_at":null,"nudged_by":null,"numbers":[],"opened_at":null,"others_replied":0,"private":false,"reason":null,"sign":null,"snoozed_until":null,"status":"open","uncovered":["q2"],"wait":1,"waiting_since":"2026-03-02T12:00:00Z","wake_at":null,"write_backs":[]}',NULL,NULL,'2026-03-02 12:02:00.000000');
CREATE TABLE credential (
	workspace_id VARCHAR NOT NULL, 
	id VARCHAR NOT NULL, 
	network VARCHAR NOT NULL, 
	endpoint VARCHAR NOT NULL, 
	sealed VARCHAR NOT NULL, 
	account VARCHAR, 
	owner VARCHAR, session VARCHAR, budget BIGINT, prices JSON, 
	CONSTRAINT pk_credential PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_credential_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspace (id)
);
INSERT INTO "credential" VALUES('036ea08b24b2bff34fc5','key','mastodon','e','gAAAAABrDTL_0AYqqg4P3BYsQMm7hednS-M8TDNZZ9LkniYaI-m5fzKoV-HqfITPZ0C68e2emWE0Rg4BTLlVdfdSW74d_Pm61g==',NULL,'ana','gAAAAABrDTL_KhimvAELz3T8UcCr225rDQSoq_H0CqhX7whEjDOpvikFt9CXGW-h9Llxr4kZiKTb84mm2eYDEil6dI-sQnTy1A==',5,NULL);
CREATE TABLE digest (
	workspace_id VARCHAR NOT NULL, 
	channel VARCHAR NOT NULL, 
	local_date DATE NOT NULL, 
	message_id VARCHAR NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_digest PRIMARY KEY (workspace_id, channel, local_date), 
	CONSTRAINT fk_digest_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspace (id)
);
INSERT INTO "digest" VALUES('036ea08b24b2bff34fc5','C100','2026-03-02','f22b21813d65817c0213','2026-03-02 12:00:00.000000');
CREATE TABLE evidence (
	workspace_id VARCHAR NOT NULL, 
	conversation_id VARCHAR NOT NULL, 
	token VARCHAR NOT NULL, 
	post VARCHAR, 
	url VARCHAR, 
	"by" VARCHAR, 
	at DATETIME NOT NULL, 
	strength VARCHAR NOT NULL, 
	verified BOOLEAN NOT NULL, 
	mentions JSON NOT NULL, 
	gone_at DATETIME, 
	first_seen DATETIME NOT NULL, 
	CONSTRAINT pk_evidence PRIMARY KEY (workspace_id, conversation_id, token), 
	CONSTRAINT fk_evidence_workspace_id_conversation_id FOREIGN KEY(workspace_id, conversation_id) REFERENCES conversation (workspace_id, id), 
	CONSTRAINT fk_evidence_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspace (id)
);
INSERT INTO "evidence" VALUES('036ea08b24b2bff34fc5','talk-p1','r1','r1',NULL,'ana','2026-03-02 12:00:00.000000','strong',1,'["p1"]',NULL,'2026-03-02 12:00:00.000000');
CREATE TABLE forgotten (
	workspace_id VARCHAR NOT NULL, 
	network VARCHAR NOT NULL, 
	digest VARCHAR NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_forgotten PRIMARY KEY (workspace_id, network, digest), 
	CONSTRAINT fk_forgotten_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspace (id)
);
INSERT INTO "forgotten" VALUES('036ea08b24b2bff34fc5','mastodon','b3d3b988fca63b58ec15a2feea05842aaef2b7ce4db117d21148bfc1f1e9f1d7','2026-03-02 12:00:00.000000');
CREATE TABLE greeting (
	workspace_id VARCHAR NOT NULL, 
	told INTEGER NOT NULL, 
	ours INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_greeting PRIMARY KEY (workspace_id), 
	CONSTRAINT fk_greeting_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspace (id)
);
INSERT INTO "greeting" VALUES('036ea08b24b2bff34fc5',1,1,'2026-03-02 12:00:00.000000');
CREATE TABLE handle (
	workspace_id VARCHAR NOT NULL, 
	id VARCHAR NOT NULL, 
	network VARCHAR NOT NULL, 
	author_id VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	teammate_id VARCHAR, 
	home VARCHAR, 
	proved BOOLEAN NOT NULL, 
	since DATETIME, 
	until DATETIME, 
	CONSTRAINT pk_handle PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_handle_workspace_id_teammate_id FOREIGN KEY(workspace_id, teammate_id) REFERENCES teammate (workspace_id, id), 
	CONSTRAINT fk_handle_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspace (id)
);
INSERT INTO "handle" VALUES('036ea08b24b2bff34fc5','e7dcca143577bff33722','mastodon','us','@us','ana',NULL,0,NULL,NULL);
CREATE TABLE home (
	workspace_id VARCHAR NOT NULL, 
	teammate_id VARCHAR NOT NULL, 
	shown VARCHAR NOT NULL, 
	CONSTRAINT pk_home PRIMARY KEY (workspace_id, teammate_id), 
	CONSTRAINT fk_home_workspace_id_teammate_id FOREIGN KEY(workspace_id, teammate_id) REFERENCES teammate (workspace_id, id), 
	CONSTRAINT fk_home_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspace (id)
);
INSERT INTO "home" VALUES('036ea08b24b2bff34fc5','ana','');
CREATE TABLE inbox (
	workspace_id VARCHAR NOT NULL, 
	id VARCHAR NOT NULL, 
	"key" VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	body JSON NOT NULL, 
	received_at DATETIME NOT NULL, 
	done_at DATETIME, 
	CONSTRAINT pk_inbox PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_inbox_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspace (id), 
	CONSTRAINT uq_inbox_workspace_id_key UNIQUE (workspace_id, "key")
);
INSERT INTO "inbox" VALUES('036ea08b24b2bff34fc5','828f2f1410c1d9f84fe0','Ev1','press','{"a":1}','2026-03-02 12:00:00.000000',NULL);
CREATE TABLE journal (
	workspace_id VARCHAR NOT NULL, 
	number BIGINT NOT NULL, 
	conversation_id VARCHAR NOT NULL, 
	verb VARCHAR NOT NULL, 
	wait INTEGER NOT NULL, 
	"by" VARCHAR NOT NULL, 
	at DATETIME NOT NULL, 
	face VARCHAR NOT NULL, 
	"before" VARCHAR NOT NULL, 
	"after" VARCHAR NOT NULL, 
	press_id VARCHAR, 
	covers JSON NOT NULL, 
	"to" VARCHAR, 
	until DATETIME, 
	post VARCHAR, 
	undoes VARCHAR, 
	CONSTRAINT pk_journal PRIMARY KEY (workspace_id, number), 
	CONSTRAINT fk_journal_workspace_id_conversation_id FOREIGN KEY(workspace_id, conversation_id) REFERENCES conversation (workspace_id, id), 
	CONSTRAINT fk_journal_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspace (id)
);
INSERT INTO "journal" VALUES('036ea08b24b2bff34fc5',1,'talk-p1','seen',1,'','2026-03-02 12:00:00.000000','collect','','open',NULL,'[]',NULL,NULL,NULL,NULL);
INSERT INTO "journal" VALUES('036ea08b24b2bff34fc5',2,'talk-q0','seen',1,'','2026-03-02 12:00:00.000000','collect','','open',NULL,'[]',NULL,NULL,NULL,NULL);
INSERT INTO "journal" VALUES('036ea08b24b2bff34fc5',3,'talk-q1','seen',1,'','2026-03-02 12:00:00.000000','collect','','open',NULL,'[]',NULL,NULL,NULL,NULL);
INSERT INTO "journal" VALUES('036ea08b24b2bff34fc5',4,'talk-q2','seen',1,'','2026-03-02 12:00:00.000000','collect','','open',NULL,'[]',NULL,NULL,NULL,NULL);
INSERT INTO "journal" VALUES('036ea08b24b2bff34fc5',5,'talk-p1','claim',1,'ana','2026-03-02 12:00:00.000000','button','open','open','x1','["p1"]',NULL,NULL,NULL,NULL);
CREATE TABLE ledger (
	host VARCHAR NOT NULL, 
	method VARCHAR NOT NULL, 
	template VARCHAR NOT NULL, 
	count BIGINT NOT NULL, 
	last_seen DATETIME NOT NULL, 
	CONSTRAINT pk_ledger PRIMARY KEY (host, method, template)
);
INSERT INTO "ledger" VALUES('mastodon.example','GET','/api',1,'2026-03-02 12:00:00.000000');
CREATE TABLE look (
	workspace_id VARCHAR NOT NULL, 
	day DATE NOT NULL, 
	count BIGINT NOT NULL, 
	CONSTRAINT pk_look PRIMARY KEY (workspace_id, day), 
	CONSTRAINT fk_look_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspace (id)
);
INSERT INTO "look" VALUES('036ea08b24b2bff34fc5','2026-03-02',3);
CREATE TABLE message (
	workspace_id VARCHAR NOT NULL, 
	id VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	place VARCHAR NOT NULL, 
	person VARCHAR, 
	state VARCHAR NOT NULL, 
	channel VARCHAR, 
	ts VARCHAR, 
	day DATE, 
	days JSON NOT NULL, 
	"by" VARCHAR, 
	press VARCHAR, 
	note VARCHAR, 
	post VARCHAR, 
	source VARCHAR, 
	total INTEGER NOT NULL, 
	live BOOLEAN NOT NULL, 
	created_at DATETIME NOT NULL, 
	sent_at DATETIME, 
	lease VARCHAR, 
	lease_until DATETIME, 
	revision INTEGER NOT NULL, 
	drawn INTEGER NOT NULL, 
	CONSTRAINT pk_message PRIMARY KEY (workspace_id, id), 
	CONSTRAINT ck_message_state CHECK (state IN ('sending', 'sent', 'unknown', 'not sent', 'dead')), 
	CONSTRAINT fk_message_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspace (id)
);
INSERT INTO "message" VALUES('036ea08b24b2bff34fc5','26908fcd17dfe10e50e3','nudge','U100','ana','sent','D100','1.1',NULL,'[]',NULL,NULL,NULL,NULL,NULL,0,1,'2026-03-02 12:00:00.000000','2026-03-02 12:00:00.000000',NULL,NULL,0,0);
INSERT INTO "message" VALUES('036ea08b24b2bff34fc5','f22b21813d65817c0213','digest','C100',NULL,'sent','D100','1.2','2026-03-02','[]',NULL,NULL,NULL,NULL,NULL,0,1,'2026-03-02 12:00:00.000000','2026-03-02 12:00:00.000000',NULL,NULL,0,0);
INSERT INTO "message" VALUES('036ea08b24b2bff34fc5','9433dbbfb8972a1a5ddd','question','U100','ana','sent','D100','1.3',NULL,'[]',NULL,'x1',NULL,NULL,NULL,0,1,'2026-03-02 12:00:00.000000','2026-03-02 12:00:00.000000',NULL,NULL,0,0);
CREATE TABLE message_shows (
	workspace_id VARCHAR NOT NULL, 
	message_id VARCHAR NOT NULL, 
	place INTEGER NOT NULL, 
	conversation_id VARCHAR NOT NULL, 
	wait INTEGER NOT NULL, 
	step VARCHAR NOT NULL, 
	CONSTRAINT pk_message_shows PRIMARY KEY (workspace_id, message_id, place), 
	CONSTRAINT fk_message_shows_workspace_id_message_id FOREIGN KEY(workspace_id, message_id) REFERENCES message (workspace_id, id), 
	CONSTRAINT fk_message_shows_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspace (id)
);
INSERT INTO "message_shows" VALUES('036ea08b24b2bff34fc5','26908fcd17dfe10e50e3',0,'talk-p1',1,'1');
INSERT INTO "message_shows" VALUES('036ea08b24b2bff34fc5','f22b21813d65817c0213',0,'talk-p1',1,'');
INSERT INTO "message_shows" VALUES('036ea08b24b2bff34fc5','9433dbbfb8972a1a5ddd',0,'talk-q0',1,'question');
CREATE TABLE note (
	workspace_id VARCHAR NOT NULL, 
	press_id VARCHAR NOT NULL, 
	text VARCHAR NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_note PRIMARY KEY (workspace_id, press_id), 
	CONSTRAINT fk_note_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspace (id)
);
INSERT INTO "note" VALUES('036ea08b24b2bff34fc5','x1','You know it.','2026-03-02 12:00:00.000000');
CREATE TABLE nudge (
	workspace_id VARCHAR NOT NULL, 
	teammate_id VARCHAR NOT NULL, 
	conversation_id VARCHAR NOT NULL, 
	wait INTEGER NOT NULL, 
	step VARCHAR NOT NULL, 
	message_id VARCHAR NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_nudge PRIMARY KEY (workspace_id, teammate_id, conversation_id, wait, step), 
	CONSTRAINT fk_nudge_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspace (id)
);
INSERT INTO "nudge" VALUES('036ea08b24b2bff34fc5','ana','talk-p1',1,'1','26908fcd17dfe10e50e3','2026-03-02 12:00:00.000000');
INSERT INTO "nudge" VALUES('036ea08b24b2bff34fc5','ana','talk-q0',1,'question','9433dbbfb8972a1a5ddd','2026-03-02 12:00:00.000000');
CREATE TABLE post (
	workspace_id VARCHAR NOT NULL, 
	network VARCHAR NOT NULL, 
	id VARCHAR NOT NULL, 
	author_id VARCHAR NOT NULL, 
	url VARCHAR NOT NULL, 
	text VARCHAR NOT NULL, 
	warning VARCHAR, 
	created_at DATETIME NOT NULL, 
	edited_at DATETIME, 
	named_us_at DATETIME, 
	gone_at DATETIME, 
	missing_since DATETIME, 
	first_seen DATETIME NOT NULL, 
	wiped_at DATETIME, 
	parent VARCHAR, 
	told_root VARCHAR, 
	root VARCHAR, 
	refs JSON NOT NULL, 
	names JSON NOT NULL, 
	visibility VARCHAR NOT NULL, 
	audience VARCHAR, 
	language VARCHAR, 
	client VARCHAR, 
	position BIGINT, 
	lane VARCHAR, 
	conversation_id VARCHAR, 
	source_id VARCHAR, 
	wording VARCHAR, sign VARCHAR, member_of VARCHAR, 
	CONSTRAINT pk_post PRIMARY KEY (workspace_id, network, id), 
	CONSTRAINT fk_post_workspace_id_conversation_id FOREIGN KEY(workspace_id, conversation_id) REFERENCES conversation (workspace_id, id), 
	CONSTRAINT fk_post_workspace_id_network_author_id FOREIGN KEY(workspace_id, network, author_id) REFERENCES contact (workspace_id, network, author_id) ON UPDATE CASCADE, 
	CONSTRAINT fk_post_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspace (id)
);
INSERT INTO "post" VALUES('036ea08b24b2bff34fc5','mastodon','p1','https://mastodon.example/users/mei','https://mastodon.example/@mei/p1','Does p1 keep my tags?',NULL,'2026-03-02 12:00:00.000000',NULL,NULL,NULL,NULL,'2026-03-02 12:00:00.000000',NULL,NULL,NULL,'p1','["mastodon.example/p1"]','["us"]','public',NULL,NULL,NULL,NULL,'to us','talk-p1','source',NULL,NULL,NULL);
INSERT INTO "post" VALUES('036ea08b24b2bff34fc5','mastodon','q0','author-q0','https://mastodon.example/@mei/q0','Does q0 keep my tags?',NULL,'2026-03-02 12:00:00.000000',NULL,NULL,NULL,NULL,'2026-03-02 12:00:00.000000',NULL,NULL,NULL,'q0','["mastodon.example/q0"]','["us"]','public',NULL,NULL,NULL,NULL,'to us','talk-q0','source',NULL,NULL,NULL);
INSERT INTO "post" VALUES('036ea08b24b2bff34fc5','mastodon','q1','author-q1','https://mastodon.example/@mei/q1','Does q1 keep my tags?',NULL,'2026-03-02 12:00:00.000000',NULL,NULL,NULL,NULL,'2026-03-02 12:00:00.000000',NULL,NULL,NULL,'q1','["mastodon.example/q1"]','["us"]','public',NULL,NULL,NULL,NULL,'to us','talk-q1','source',NULL,NULL,NULL);
INSERT INTO "post" VALUES('036ea08b24b2bff34fc5','mastodon','q2','forgotten:b3d3b988fca63b58ec15a2feea05842aaef2b7ce4db117d21148bfc1f1e9f1d7','','',NULL,'2026-03-02 12:00:00.000000',NULL,NULL,NULL,NULL,'2026-03-02 12:00:00.000000','2026-03-02 12:00:00.000000',NULL,NULL,'q2','["mastodon.example/q2"]','["us"]','public',NULL,NULL,NULL,NULL,'to us','talk-q2','source',NULL,NULL,NULL);
CREATE TABLE post_ref (
	workspace_id VARCHAR NOT NULL, 
	network VARCHAR NOT NULL, 
	ref VARCHAR NOT NULL, 
	post_id VARCHAR NOT NULL, 
	CONSTRAINT pk_post_ref PRIMARY KEY (workspace_id, network, ref), 
	CONSTRAINT fk_post_ref_workspace_id_network_post_id FOREIGN KEY(workspace_id, network, post_id) REFERENCES post (workspace_id, network, id) ON DELETE CASCADE ON UPDATE CASCADE, 
	CONSTRAINT fk_post_ref_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspace (id)
);
INSERT INTO "post_ref" VALUES('036ea08b24b2bff34fc5','mastodon','p1','p1');
INSERT INTO "post_ref" VALUES('036ea08b24b2bff34fc5','mastodon','mastodon.example/p1','p1');
INSERT INTO "post_ref" VALUES('036ea08b24b2bff34fc5','mastodon','q0','q0');
INSERT INTO "post_ref" VALUES('036ea08b24b2bff34fc5','mastodon','mastodon.example/q0','q0');
INSERT INTO "post_ref" VALUES('036ea08b24b2bff34fc5','mastodon','q1','q1');
INSERT INTO "post_ref" VALUES('036ea08b24b2bff34fc5','mastodon','mastodon.example/q1','q1');
INSERT INTO "post_ref" VALUES('036ea08b24b2bff34fc5','mastodon','q2','q2');
INSERT INTO "post_ref" VALUES('036ea08b24b2bff34fc5','mastodon','mastodon.example/q2','q2');
CREATE TABLE quarantine (
	workspace_id VARCHAR NOT NULL, 
	source_id VARCHAR NOT NULL, 
	ref VARCHAR NOT NULL, 
	why VARCHAR NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_quarantine PRIMARY KEY (workspace_id, source_id, ref), 
	CONSTRAINT fk_quarantine_workspace_id_source_id FOREIGN KEY(workspace_id, source_id) REFERENCES source (workspace_id, id) ON DELETE CASCADE, 
	CONSTRAINT fk_quarantine_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspace (id)
);
INSERT INTO "quarantine" VALUES('036ea08b24b2bff34fc5','source','p0','no date','2026-03-02 12:00:00.000000');
CREATE TABLE source (
	workspace_id VARCHAR NOT NULL, 
	id VARCHAR NOT NULL, 
	network VARCHAR NOT NULL, 
	endpoint VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	"query" VARCHAR NOT NULL, 
	credential_id VARCHAR NOT NULL, 
	account VARCHAR, 
	cursor VARCHAR NOT NULL, 
	health VARCHAR NOT NULL, 
	failures INTEGER NOT NULL, 
	problem VARCHAR, 
	history_before DATETIME, 
	last_success DATETIME, 
	last_try DATETIME, last_post DATETIME, blocked_until DATETIME, swept_at DATETIME, missed_at DATETIME, missed INTEGER, 
	CONSTRAINT pk_source PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_source_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspace (id), 
	CONSTRAINT uq_source_workspace_id_network_endpoint_kind_query_credential_id UNIQUE (workspace_id, network, endpoint, kind, "query", credential_id)
);
INSERT INTO "source" VALUES('036ea08b24b2bff34fc5','source','mastodon','e','mentions','@us','key',NULL,'','well',0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0);
CREATE TABLE spent (
	workspace_id VARCHAR NOT NULL, 
	credential_id VARCHAR NOT NULL, 
	month VARCHAR NOT NULL, 
	amount BIGINT NOT NULL, 
	CONSTRAINT pk_spent PRIMARY KEY (workspace_id, credential_id, month), 
	CONSTRAINT fk_spent_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspace (id), 
	CONSTRAINT fk_spent_workspace_id_credential_id FOREIGN KEY(workspace_id, credential_id) REFERENCES credential (workspace_id, id) ON DELETE CASCADE
);
INSERT INTO "spent" VALUES('036ea08b24b2bff34fc5','key','2026-03',1);
CREATE TABLE teammate (
	workspace_id VARCHAR NOT NULL, 
	id VARCHAR NOT NULL, 
	slack_user VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	zone VARCHAR NOT NULL, 
	starts TIME NOT NULL, 
	ends TIME NOT NULL, 
	days JSON NOT NULL, 
	can_be_assigned BOOLEAN NOT NULL, 
	is_lead BOOLEAN NOT NULL, 
	paused_until DATETIME, 
	stopped BOOLEAN NOT NULL, 
	rings_a_day INTEGER NOT NULL, 
	met BOOLEAN NOT NULL, holidays VARCHAR, calendar_id VARCHAR, off JSON, 
	CONSTRAINT pk_teammate PRIMARY KEY (workspace_id, id), 
	CONSTRAINT ck_teammate_rings CHECK (rings_a_day BETWEEN 0 AND 3), 
	CONSTRAINT fk_teammate_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspace (id), 
	CONSTRAINT uq_teammate_workspace_id_slack_user UNIQUE (workspace_id, slack_user)
);
INSERT INTO "teammate" VALUES('036ea08b24b2bff34fc5','ana','U100','Ana','UTC','09:00:00.000000','17:00:00.000000','[1,2,3,4,5]',1,0,NULL,0,1,0,'PT',NULL,'[{"first":"2026-03-09","said_at":"2026-03-02T12:00:00Z","until":"2026-03-12","why":"away"}]');
CREATE TABLE watch (
	workspace_id VARCHAR NOT NULL, 
	id VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	lane VARCHAR, 
	paused BOOLEAN NOT NULL, 
	created_by VARCHAR, 
	CONSTRAINT pk_watch PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_watch_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspace (id)
);
INSERT INTO "watch" VALUES('036ea08b24b2bff34fc5','watch','us',NULL,0,NULL);
CREATE TABLE watch_source (
	workspace_id VARCHAR NOT NULL, 
	watch_id VARCHAR NOT NULL, 
	source_id VARCHAR NOT NULL, 
	place INTEGER NOT NULL, 
	CONSTRAINT pk_watch_source PRIMARY KEY (workspace_id, watch_id, source_id), 
	CONSTRAINT fk_watch_source_workspace_id_source_id FOREIGN KEY(workspace_id, source_id) REFERENCES source (workspace_id, id), 
	CONSTRAINT fk_watch_source_workspace_id_watch_id FOREIGN KEY(workspace_id, watch_id) REFERENCES watch (workspace_id, id), 
	CONSTRAINT fk_watch_source_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspace (id)
);
INSERT INTO "watch_source" VALUES('036ea08b24b2bff34fc5','watch','source',0);
CREATE TABLE work (
	workspace_id VARCHAR NOT NULL, 
	id VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	subject VARCHAR NOT NULL, 
	due_at DATETIME NOT NULL, 
	ready_at DATETIME NOT NULL, 
	next_at DATETIME, 
	lease VARCHAR, 
	attempts INTEGER NOT NULL, 
	CONSTRAINT pk_work PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_work_workspace_id FOREIGN KEY(workspace_id) REFERENCES workspace (id), 
	CONSTRAINT uq_work_workspace_id_kind_subject UNIQUE (workspace_id, kind, subject)
);
INSERT INTO "work" VALUES('036ea08b24b2bff34fc5','4c992ef061b2ab52c984','home','','2026-03-02 12:00:00.000000','2026-03-02 12:00:00.000000',NULL,NULL,0);
INSERT INTO "work" VALUES('036ea08b24b2bff34fc5','e9cfbacaadd0c78a2d39','home','ana','2026-03-02 12:00:00.000000','2026-03-02 12:00:00.000000',NULL,NULL,0);
INSERT INTO "work" VALUES('036ea08b24b2bff34fc5','3d0ec58b35304361ca94','look','talk-p1','2026-03-02 12:00:00.000000','2026-03-02 12:00:00.000000',NULL,NULL,0);
CREATE TABLE workspace (
	id VARCHAR NOT NULL, 
	team VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	zone VARCHAR NOT NULL, 
	channel VARCHAR, 
	digest_at TIME NOT NULL, 
	bot_user VARCHAR, 
	pepper VARCHAR NOT NULL, holidays VARCHAR, calendar_id VARCHAR, off JSON, 
	CONSTRAINT pk_workspace PRIMARY KEY (id), 
	CONSTRAINT uq_workspace_team UNIQUE (team)
);
INSERT INTO "workspace" VALUES('036ea08b24b2bff34fc5','T100','Acme','UTC','C100','09:00:00.000000',NULL,'6e01ad4d6c0daec3935ba7df079270429671c547e33b6f8ffd2b8f45b28dae7c','',NULL,NULL);
CREATE INDEX ix_conversation_asked ON conversation (workspace_id, asked) WHERE status IN ('open', 'snoozed');
CREATE INDEX ix_conversation_author ON conversation (workspace_id, author);
CREATE INDEX ix_conversation_holder ON conversation (workspace_id, holder) WHERE status IN ('open', 'snoozed');
CREATE INDEX ix_conversation_settled ON conversation (workspace_id, settled_at) WHERE settled_at IS NOT NULL;
CREATE INDEX ix_conversation_waiting ON conversation (workspace_id, waiting_since, id) WHERE status = 'open' AND lane = 'to us';
CREATE INDEX ix_conversation_wake ON conversation (workspace_id, wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX ix_digest_message ON digest (workspace_id, message_id);
CREATE INDEX ix_inbox_unfinished ON inbox (workspace_id, received_at) WHERE done_at IS NULL;
CREATE INDEX ix_message_day ON message (workspace_id, place, day) WHERE day IS NOT NULL;
CREATE INDEX ix_message_person ON message (workspace_id, person, created_at);
CREATE INDEX ix_message_sending ON message (workspace_id, lease_until) WHERE state = 'sending';
CREATE UNIQUE INDEX ix_message_stands ON message (workspace_id, channel, ts) WHERE ts IS NOT NULL;
CREATE INDEX ix_nudge_message ON nudge (workspace_id, message_id);
CREATE INDEX ix_work_ready ON work (ready_at, kind);
CREATE INDEX ix_handle_account ON handle (workspace_id, network, author_id);
CREATE INDEX ix_journal_conversation ON journal (workspace_id, conversation_id, number);
CREATE INDEX ix_journal_verb ON journal (workspace_id, verb, at);
CREATE INDEX ix_message_shows_conversation ON message_shows (workspace_id, conversation_id, message_id);
CREATE INDEX ix_post_author ON post (workspace_id, author_id, created_at);
CREATE INDEX ix_post_matched ON post (workspace_id, created_at, conversation_id) WHERE conversation_id IS NOT NULL;
CREATE INDEX ix_post_root ON post (workspace_id, network, root);
CREATE INDEX ix_post_wording ON post (workspace_id, network, wording, created_at) WHERE wording IS NOT NULL;
CREATE INDEX ix_post_words ON post (workspace_id, first_seen) WHERE wiped_at IS NULL;
CREATE INDEX ix_watch_source_source ON watch_source (workspace_id, source_id);
CREATE INDEX ix_post_ref_post ON post_ref (workspace_id, network, post_id);
CREATE INDEX ix_conversation_look ON conversation (workspace_id, network, look_at) WHERE look_at IS NOT NULL;
COMMIT;
