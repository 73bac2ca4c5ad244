# Sourced by octant, dev/test and .ci/run: finds the tools that a build needs, or names what is missing.

# Prints the home of a JDK 17, or fails.
jdk17_home() {
  local home javac
  javac=$(command -v javac || true)
  for home in "${JAVA_HOME:-}" ${javac:+"$(dirname "$(dirname "$(readlink -f "$javac")")")"} \
    /usr/lib/jvm/*17* /Library/Java/JavaVirtualMachines/*17*/Contents/Home; do
    if [ -n "$home" ] && [ -x "$home/bin/javac" ] \
      && grep -q '^JAVA_VERSION="17\.' "$home/release" 2>/dev/null; then
      printf '%s\n' "$home"
      return 0
    fi
  done
  return 1
}

# Prints the command that runs Java: that of a JDK 17, else the one on the path if it is as new; or says what is missing and fails.
java17() {
  local home version
  if home=$(jdk17_home); then
    printf '%s/bin/java' "$home"
    return 0
  fi
  version=$(java -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java.specification.version = //p') || true
  if [ "${version%%.*}" -ge 17 ] 2>/dev/null; then
    printf 'java'
    return 0
  fi
  printf 'octant: Cannot start Octant: Java %s, expected 17.\nInstall with: %s\n' "${version:-none}" "$(install_command jdk)" >&2
  return 1
}

# Prints the command that installs the named tools (jdk maven g++ chromium) with this machine's package manager.
install_command() {
  local tool names=""
  for tool in "$@"; do
    case "$tool:$(command -v apt-get dnf brew 2>/dev/null | head -n 1)" in
      jdk:*apt-get) names="$names openjdk-17-jdk-headless" ;;
      jdk:*dnf) names="$names java-17-openjdk-devel" ;;
      jdk:*) names="$names openjdk@17" ;;
      g++:*dnf) names="$names gcc-c++" ;;
      g++:*brew) names="$names gcc" ;;
      *) names="$names $tool" ;;
    esac
  done
  if command -v apt-get >/dev/null; then
    printf 'apt-get update && apt-get install -y%s' "$names"
  elif command -v dnf >/dev/null; then
    printf 'dnf install -y%s' "$names"
  else
    printf 'brew install%s' "$names"
  fi
}

# Prints the names of the tools that are missing, one line, empty if none: of a build; with the word tests, of the default tests too.
missing_tools() {
  local missing=""
  jdk17_home >/dev/null || missing="$missing jdk"
  command -v mvn >/dev/null || missing="$missing maven"
  command -v g++ >/dev/null || missing="$missing g++"
  # Drawn pages are tested in it.
  [ "${1:-}" != tests ] || command -v chromium chromium-browser google-chrome >/dev/null || missing="$missing chromium"
  printf '%s' "${missing# }"
}

# Exports JAVA_HOME, or ends the process with exit code 1 and the command that installs what is missing. Takes the word tests as missing_tools does.
require_tools() {
  local missing sudo="" what="build Octant" expected="JDK 17, Maven 3.8 and g++"
  missing=$(missing_tools "$@")
  [ "${1:-}" != tests ] || { what="test Octant" && expected="JDK 17, Maven 3.8, g++ and Chromium"; }
  if [ -n "$missing" ]; then
    [ "$(id -u)" = 0 ] || sudo="sudo "
    printf 'octant: Cannot %s: missing %s, expected %s.\nInstall with: %s%s\n' \
      "$what" "$missing" "$expected" "$sudo" "$(install_command $missing)" >&2
    exit 1
  fi
  JAVA_HOME=$(jdk17_home)
  export JAVA_HOME
}
