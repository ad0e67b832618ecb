RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends default-jre-headless && rm -rf /var/lib/apt/lists/*
# The compiler and its libraries come from npm, through the executor's own dependencies.
COPY kotlin /usr/local/lib/kotlin
# How the compiler is started, and its classes as a virtual machine has them in memory: that saves seconds each time, and
# is of use to virtual machines alone that are started with the same. For colours it would unpack machine code into /tmp.
RUN echo "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx512m -Dkotlin.colors.enabled=false -cp $(ls /usr/local/lib/kotlin/*.jar | paste -sd:)" > /usr/local/lib/kotlinc.options && \
    cd /tmp && printf '%s\n' 'data class Point(val x: Int, val y: Int)' 'sealed interface Shape' 'class Dot(val at: Point) : Shape' \
      'fun name(shape: Shape?): String = when (shape) { is Dot -> "${shape.at.x}"; null -> "none" }' \
      'fun main() { val counts = HashMap<String, Int>(); for (i in 1..3) counts.merge("a", i, Int::plus)' \
      '  println(name(Dot(Point(1, 2))) + listOf(1, 2).filter { it > 1 }.map { it + 1 }.joinToString() + counts["a"]) }' > a.kt && \
    java @/usr/local/lib/kotlinc.options -XX:ArchiveClassesAtExit=/usr/local/lib/kotlinc.jsa \
      org.jetbrains.kotlin.cli.jvm.K2JVMCompiler -no-stdlib -no-reflect -cp /usr/local/lib/kotlin/kotlin-stdlib.jar -d out a.kt && \
    rm -rf a.kt out
