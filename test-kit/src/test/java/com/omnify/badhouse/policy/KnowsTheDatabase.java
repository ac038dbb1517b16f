package com.omnify.badhouse.policy;

import org.springframework.jdbc.core.simple.JdbcClient;

/** Breaks: policies are pure. */
record KnowsTheDatabase(JdbcClient db) {}
