// The test executable: doctest's own main; every *_test.cpp below this folder is linked to it.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
