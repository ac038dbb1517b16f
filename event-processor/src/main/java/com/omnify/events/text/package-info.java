/** Texts of steps for machines and for the team, filled by Liquid. */
@NullMarked
package com.omnify.events.text;

import org.jspecify.annotations.NullMarked;
