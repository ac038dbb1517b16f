package com.omnify.fleet.plant;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One change to one class. */
public sealed interface Edit {

  /** Whoever says something for the second time finds its words there, and goes on. */
  Edit SAY_AGAIN =
      new Text(
          "com/omnify/channels/fence/Fence",
          ":fleet_now FROM fenced)",
          ":fleet_now FROM fenced ON CONFLICT DO NOTHING)");

  /** The class, as in its file: with slashes. */
  String className();

  /** What is done to each element of the class; the counter says how often it was. */
  ClassTransform transform(AtomicInteger done);

  /**
   * Applies it.
   *
   * @return the changed class; null where there was nothing to change
   */
  default byte @Nullable [] apply(byte[] compiled, @Nullable ClassLoader loader) {
    var resolver =
        loader == null
            ? ClassHierarchyResolver.defaultResolver()
            : ClassHierarchyResolver.ofResourceParsing(loader)
                .orElse(ClassHierarchyResolver.defaultResolver());
    var file = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(resolver));
    var done = new AtomicInteger();
    byte[] changed = file.transformClass(file.parse(compiled), transform(done));
    return done.get() > 0 ? changed : null;
  }

  /** Changes a text that the code uses, as a statement of SQL. */
  record Text(String className, String from, String to) implements Edit {
    @Override
    public ClassTransform transform(AtomicInteger done) {
      return ClassTransform.transformingMethodBodies(
          method ->
              method.code().stream().flatMap(CodeModel::elementStream).anyMatch(this::isMeant),
          (code, element) -> {
            if (isMeant(element)) {
              done.incrementAndGet();
              code.loadConstant(text(element).replace(from, to));
            } else {
              code.with(element);
            }
          });
    }

    private boolean isMeant(CodeElement element) {
      return text(element).contains(from);
    }

    private static String text(CodeElement element) {
      return element instanceof ConstantInstruction.LoadConstantInstruction load
              && load.constantValue() instanceof String text
          ? text
          : "";
    }
  }

  /** Takes methods out, so that those of the class above come to light. */
  record DropMethods(String className, String method) implements Edit {
    @Override
    public ClassTransform transform(AtomicInteger done) {
      return ClassTransform.dropping(
          element -> {
            boolean named =
                element instanceof MethodModel model && model.methodName().equalsString(method);
            if (named) {
              done.incrementAndGet();
            }
            return named;
          });
    }
  }

  /** Calls all of a collection new: the method answers with a set of its second argument. */
  record EverythingIsNew(String className, String method) implements Edit {
    @Override
    public ClassTransform transform(AtomicInteger done) {
      var set = ClassDesc.of("java.util.Set");
      var copyOf = MethodTypeDesc.of(set, ClassDesc.of("java.util.Collection"));
      return replacing(
          method, done, code -> code.aload(2).invokestatic(set, "copyOf", copyOf, true).areturn());
    }
  }

  /** A question that a method asks somebody is answered with yes, whatever they say. */
  record AlwaysYes(String className, String method, String question) implements Edit {
    @Override
    public ClassTransform transform(AtomicInteger done) {
      return ClassTransform.transformingMethodBodies(
          model -> model.methodName().equalsString(method),
          (code, element) -> {
            code.with(element);
            if (element instanceof InvokeInstruction call
                && call.name().equalsString(question)
                && call.typeSymbol().returnType().equals(ConstantDescs.CD_boolean)) {
              done.incrementAndGet();
              code.pop().iconst_1();
            }
          });
    }
  }

  private static ClassTransform replacing(
      String method, AtomicInteger done, Consumer<CodeBuilder> body) {
    return (ClassBuilder type, ClassElement element) -> {
      if (element instanceof MethodModel model && model.methodName().equalsString(method)) {
        done.incrementAndGet();
        type.withMethodBody(
            model.methodName(), model.methodType(), model.flags().flagsMask(), body);
      } else {
        type.with(element);
      }
    };
  }
}
