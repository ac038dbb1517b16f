@NullMarked
package com.omnify.badhouse.learning;

import org.jspecify.annotations.NullMarked;
