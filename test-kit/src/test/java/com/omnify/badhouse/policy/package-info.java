@NullMarked
package com.omnify.badhouse.policy;

import org.jspecify.annotations.NullMarked;
