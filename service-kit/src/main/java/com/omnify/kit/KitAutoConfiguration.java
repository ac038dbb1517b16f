package com.omnify.kit;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;

/** What the packages of the kit share. */
@AutoConfiguration
@EnableConfigurationProperties(OmnifyProperties.class)
class KitAutoConfiguration {}
