/*
 * A plugin for the compiler that makes the compiled header, and for nothing else: `#pragma greenroom instantiate` makes
 * at once what templates the text above it left to be instantiated. The compiler puts that off to the end of a program,
 * and a compiled header is written before that end: without this, every program that includes it pays for it again.
 */
#include "gcc-plugin.h"
#include "plugin-version.h"
#include "tree.h"
#include "cp/cp-tree.h"
#include "c-family/c-pragma.h"

int plugin_is_GPL_compatible;

static void instantiate(cpp_reader *)
{
  /* As within a function: what is on the compiler's own stack must not be collected as garbage. */
  ++function_depth;
  instantiate_pending_templates(0);
  --function_depth;
}

static void register_pragma(void *, void *)
{
  c_register_pragma("greenroom", "instantiate", instantiate);
}

int plugin_init(plugin_name_args *plugin, plugin_gcc_version *version)
{
  if (!plugin_default_version_check(version, &gcc_version))
    return 1;
  register_callback(plugin->base_name, PLUGIN_PRAGMAS, register_pragma, nullptr);
  return 0;
}
