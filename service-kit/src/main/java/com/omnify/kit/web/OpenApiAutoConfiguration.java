package com.omnify.kit.web;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.omnify.kit.OmnifyProperties;
import io.swagger.v3.core.jackson.ModelResolver;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.ArraySchema;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.HeaderParameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import java.util.List;
import org.springdoc.core.customizers.GlobalOperationCustomizer;
import org.springdoc.core.properties.SpringDocConfigProperties;
import org.springdoc.core.providers.ObjectMapperProvider;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.method.HandlerMethod;

/** The API's description under /v3/api-docs: what all services' interfaces have in common. */
@AutoConfiguration
class OpenApiAutoConfiguration {

  private static final String PROBLEM = "Problem";
  private static final String API_KEY = "api_key";
  private static final String BEARER = "bearer";
  private static final String REQUIRED_ROLE = "x-required-role";
  private static final String CLIENT = "x-client";

  static {
    SpringDocUtils.getConfig().addRequestWrapperToIgnore(Caller.class);
  }

  @Bean
  @ConditionalOnMissingBean
  OpenAPI openApi(OmnifyProperties properties) {
    return new OpenAPI()
        .info(
            new Info()
                .title("Omnify " + properties.service())
                .version("v1")
                .description("JSON in snake case; errors are application/problem+json."))
        .servers(List.of(new Server().url("/").description("The gateway")))
        .security(
            List.of(
                new SecurityRequirement().addList(API_KEY),
                new SecurityRequirement().addList(BEARER)))
        .components(
            new Components()
                .addSchemas(PROBLEM, problem())
                .addResponses(
                    PROBLEM,
                    new ApiResponse()
                        .description("Why it was not done, and how to fix the request")
                        .content(
                            new Content()
                                .addMediaType(
                                    "application/problem+json",
                                    new MediaType()
                                        .schema(
                                            new Schema<>()
                                                .$ref("#/components/schemas/" + PROBLEM)))))
                .addSecuritySchemes(
                    API_KEY,
                    new SecurityScheme()
                        .type(SecurityScheme.Type.APIKEY)
                        .in(SecurityScheme.In.HEADER)
                        .name("X-API-Key"))
                .addSecuritySchemes(
                    BEARER, new SecurityScheme().type(SecurityScheme.Type.HTTP).scheme("bearer")));
  }

  private static Schema<?> problem() {
    Schema<?> fault =
        new ObjectSchema()
            .addProperty("field", new StringSchema())
            .addProperty("message", new StringSchema())
            .addProperty("fix", new StringSchema());
    return new ObjectSchema()
        .addProperty("type", new StringSchema())
        .addProperty("title", new StringSchema())
        .addProperty("status", new IntegerSchema())
        .addProperty("detail", new StringSchema())
        .addProperty("instance", new StringSchema())
        .addProperty("code", new StringSchema())
        .addProperty("fix", new StringSchema())
        .addProperty("errors", new ArraySchema().items(fault))
        .required(List.of("type", "title", "status", "detail", "instance", "code"));
  }

  /** springdoc describes by a mapper of its own, which must name fields as the API does. */
  @Bean
  @ConditionalOnMissingBean
  ModelResolver modelResolver(SpringDocConfigProperties springDoc) {
    ObjectMapper mapper =
        ObjectMapperProvider.createJson(springDoc)
            .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);
    var resolver = new ModelResolver(mapper);
    resolver.setOpenapi31(true);
    return resolver;
  }

  @Bean
  GlobalOperationCustomizer omnifyOperations() {
    return OpenApiAutoConfiguration::describe;
  }

  private static Operation describe(Operation operation, HandlerMethod method) {
    String feature = method.getBeanType().getSimpleName().replaceAll("Controller(\\$\\$.*)?$", "");
    // Several services are shown as one API: names must differ across controllers.
    operation.setOperationId(method.getMethod().getName() + feature);
    RequestMapping mapping =
        AnnotatedElementUtils.findMergedAnnotation(method.getMethod(), RequestMapping.class);
    if (mapping != null && List.of(mapping.method()).contains(RequestMethod.POST)) {
      var key = new HeaderParameter();
      key.name(IdempotencyFilter.KEY)
          .required(false)
          .description("The same key and request within a day get the first one's answer")
          .schema(new StringSchema().maxLength(255));
      operation.addParametersItem(key);
    }
    describeCallers(operation, Gate.of(method));
    if (operation.getResponses() == null) {
      operation.setResponses(new ApiResponses());
    }
    operation
        .getResponses()
        .setDefault(new ApiResponse().$ref("#/components/responses/" + PROBLEM));
    return operation;
  }

  /** Who may call it, for people in words and for programs as extensions. */
  private static void describeCallers(Operation operation, Gate.Rule rule) {
    switch (rule) {
      case Gate.Rule.AtLeast(Role role, boolean withoutClient) -> {
        operation.addExtension(REQUIRED_ROLE, role.wire());
        operation.addExtension(CLIENT, withoutClient ? "optional" : "required");
        String needs = "Needs the role `" + role.wire() + "`.";
        String said = operation.getDescription();
        operation.setDescription(said == null || said.isBlank() ? needs : said + "\n\n" + needs);
      }
      case Gate.Rule.Open _ -> {
        operation.addExtension(REQUIRED_ROLE, "none");
        operation.setSecurity(List.of());
      }
      case Gate.Rule.Unsaid _ -> {}
    }
  }
}
