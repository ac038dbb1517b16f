/** PostgreSQL's types and the schema's version. */
@NullMarked
package com.omnify.kit.db;

import org.jspecify.annotations.NullMarked;
