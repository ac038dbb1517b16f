/**
 * Who is asking, in the database: a transaction belongs to one client or says that it is background
 * work.
 */
@NullMarked
package com.omnify.kit.tenancy;

import org.jspecify.annotations.NullMarked;
