@NullMarked
package com.omnify.migrations;

import org.jspecify.annotations.NullMarked;
