@NullMarked
package com.omnify.badhouse.names;

import org.jspecify.annotations.NullMarked;
