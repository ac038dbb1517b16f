@NullMarked
package com.omnify.badhouse.dto;

import org.jspecify.annotations.NullMarked;
