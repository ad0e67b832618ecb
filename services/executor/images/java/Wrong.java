import java.util.*;

/** Not Java: the compiler is to have its words for mistakes at hand as well. */
class Wrong {
    void wrong() {
        int number = "text";
        List<Strin> names = new ArrayList<>();
        unknown = 3;
        missing(number);
        String text = null;
        text.missing();
        int unset;
        unset++;
        throw new Exception();
    }
}
