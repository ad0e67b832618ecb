import java.io.*;
import java.math.BigInteger;
import java.util.*;
import java.util.concurrent.*;
import java.util.function.*;
import java.util.stream.*;

/** What programs are made of here: the compiler, and what they run on, are learnt from it ahead. */
public class Typical {
    sealed interface Shape permits Circle, Square {}

    record Circle(double radius) implements Shape {}

    record Square(double side) implements Shape {}

    enum Colour { RED, GREEN }

    interface Visitor<T> {
        T visit(int number);
    }

    static abstract class Animal {
        protected final String name;

        Animal(String name) {
            this.name = name;
        }

        abstract String sound();

        @Override
        public String toString() {
            return name + ": " + sound();
        }
    }

    static class Node<T extends Comparable<T>> {
        T value;
        Node<T> left, right;

        Node(T value) {
            this.value = value;
        }

        void add(T other) {
            if (other.compareTo(value) < 0) {
                if (left == null) left = new Node<>(other);
                else left.add(other);
            } else if (right == null) right = new Node<>(other);
            else right.add(other);
        }
    }

    static double area(Shape shape) {
        return switch (shape) {
            case Circle(double radius) -> Math.PI * radius * radius;
            case Square square -> square.side() * square.side();
        };
    }

    static <T extends Comparable<T>> T max(List<T> list) {
        T best = list.get(0);
        for (T one : list) if (one.compareTo(best) > 0) best = one;
        return best;
    }

    static long[] memo = new long[60];

    static long fibonacci(int n) {
        if (n < 2) return n;
        return memo[n] != 0 ? memo[n] : (memo[n] = fibonacci(n - 1) + fibonacci(n - 2));
    }

    static void collections() {
        Map<String, List<Integer>> lengths = new HashMap<>();
        for (String word : "a bb a ccc".split(" ")) lengths.computeIfAbsent(word, key -> new ArrayList<>()).add(word.length());
        TreeMap<String, Integer> sorted = new TreeMap<>();
        for (var entry : lengths.entrySet()) sorted.merge(entry.getKey(), entry.getValue().size(), Integer::sum);
        PriorityQueue<int[]> queue = new PriorityQueue<>((a, b) -> a[0] - b[0]);
        queue.add(new int[] {2, 1});
        queue.add(new int[] {1, 2});
        Deque<Integer> stack = new ArrayDeque<>(List.of(1, 2));
        stack.push(queue.poll()[1]);
        Set<Character> seen = new LinkedHashSet<>();
        for (char letter : "hello".toCharArray()) seen.add(letter);
        LinkedList<Integer> list = new LinkedList<>(Arrays.asList(3, 1, 2));
        Collections.sort(list);
        list.sort(Comparator.reverseOrder());
        Iterator<Integer> each = list.iterator();
        while (each.hasNext()) if (each.next() == 2) each.remove();
        Integer[] boxed = {3, 1};
        Arrays.sort(boxed, Collections.reverseOrder());
        int[] numbers = {5, 3, 4};
        Arrays.sort(numbers);
        System.out.println(sorted + " " + stack + seen + list + Arrays.toString(boxed) + Arrays.toString(numbers));
    }

    static void streams() {
        System.out.println(IntStream.range(0, 10).filter(i -> i % 2 == 0).mapToObj(Integer::toString).collect(Collectors.joining(",")));
        Map<Integer, Long> byLength = Stream.of("a", "bb", "cc").collect(Collectors.groupingBy(String::length, Collectors.counting()));
        List<Integer> squares = Stream.of(1, 2, 3).map(i -> i * i).sorted(Comparator.comparing(i -> -i)).toList();
        Function<Integer, Integer> twice = x -> x * 2;
        Supplier<String> text = () -> "text";
        BiFunction<Integer, Integer, Integer> add = Integer::sum;
        Optional<String> first = Stream.of("x").filter(s -> !s.isEmpty()).findFirst();
        System.out.println(byLength + " " + squares + twice.apply(2) + text.get() + add.apply(1, 2) + first.orElse("none"));
    }

    static void threads() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(2);
        Future<Integer> answer = pool.submit(() -> 42);
        System.out.println(answer.get());
        pool.shutdown();
        Thread thread = new Thread(() -> System.out.println("thread"));
        thread.start();
        thread.join();
    }

    public static void main(String[] args) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        StringTokenizer tokens = new StringTokenizer(in.readLine());
        int sum = Integer.parseInt(tokens.nextToken()) + Integer.parseInt(tokens.nextToken());
        Scanner scanner = new Scanner(in);
        int count = scanner.nextInt();
        String word = scanner.next();
        scanner.nextLine();
        while (scanner.hasNextLine()) System.out.println(scanner.nextLine());
        try {
            Integer.parseInt("x");
        } catch (NumberFormatException error) {
            System.out.println(error.getMessage());
        } finally {
            in.close();
        }
        Visitor<String> visitor = n -> "x".repeat(n);
        StringBuilder builder = new StringBuilder();
        for (int i = 0; i < count; i++) builder.append(i).append(i % 2 == 0 ? ' ' : '-');
        System.out.println(builder.reverse());
        System.out.printf("%s %d %.2f %s%n", word, max(List.of(1, 3, 2)), area(new Circle(1)), Colour.RED);
        System.out.println(String.format("%5d|%-5s|%x", sum, visitor.visit(2), 255) + String.join(",", List.of("a", "b")));
        Animal cat = new Animal("Cat") {
            @Override
            String sound() {
                return "meow";
            }
        };
        Node<Integer> tree = new Node<>(2);
        tree.add(1);
        tree.add(3);
        String block = """
            a block of text""";
        System.out.println(cat + block + tree.left.value + switch (Colour.RED) { case RED -> 1; case GREEN -> 2; });
        System.out.println(new BigInteger("123456789").multiply(BigInteger.TEN) + " " + fibonacci(50) + new Square(2));
        collections();
        streams();
        threads();
        PrintWriter out = new PrintWriter(new BufferedWriter(new OutputStreamWriter(System.out)));
        out.println(Objects.hash(1, 2) + Math.max(1L, 2L) + (char) ('a' + 1));
        out.flush();
        throw new IllegalStateException("as programs end that go wrong");
    }
}
