import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.codehaus.mojo.animal_sniffer.ClassListBuilder;
import org.codehaus.mojo.animal_sniffer.SignatureChecker;
import org.codehaus.mojo.animal_sniffer.logging.Logger;

/**
 * Checks that compiled classes use only what Android 8 publishes: CheckApi.java SIGNATURE NEWER CLASSES LIBRARY...
 *
 * <p>SIGNATURE holds the public API. NEWER lists the references that may be newer, because the code asks for the Android
 * version first; one that is no longer used must leave the list. CLASSES is the folder that is checked; the libraries'
 * classes may be referred to and are not checked. Hidden API is in no signature, so a call of it fails here.
 */
final class CheckApi {
    private static final String MARK = "Undefined reference: ";

    public static void main(String[] arguments) throws IOException {
        TreeSet<String> allowed = new TreeSet<>();
        for (String line : Files.readAllLines(Path.of(arguments[1]))) {
            String reference = line.replaceFirst("#.*", "").strip();
            if (!reference.isEmpty()) {
                allowed.add(reference);
            }
        }
        Map<String, String> found = references(arguments);

        int wrong = 0;
        for (Map.Entry<String, String> reference : found.entrySet()) {
            if (!allowed.remove(reference.getKey())) {
                System.err.println("not in Android 8: " + reference.getKey() + "   used in " + reference.getValue());
                wrong++;
            }
        }
        for (String unused : allowed) {
            System.err.println("listed in " + arguments[1] + ", but no longer used: " + unused);
            wrong++;
        }
        if (wrong > 0) {
            System.err.println("Guard each use with Build.VERSION.SDK_INT and list it with its API level, or do without.");
            System.exit(1);
        }
        System.out.println("classes refer to Android 8's public API, and to " + found.size() + " newer members that are listed");
    }

    /** What is missing from the signature, and where it is used first. */
    private static Map<String, String> references(String[] arguments) throws IOException {
        Map<String, String> found = new TreeMap<>();
        Logger log = new Logger() {
            @Override public void error(String message) {
                int at = message.indexOf(MARK);
                if (at < 0) {
                    throw new IllegalStateException(message);
                }
                found.putIfAbsent(message.substring(at + MARK.length()), message.substring(0, at).replaceFirst(": $", ""));
            }

            @Override public void error(String message, Throwable cause) {
                throw new IllegalStateException(message, cause);
            }

            @Override public void info(String message) {}
            @Override public void info(String message, Throwable cause) {}
            @Override public void debug(String message) {}
            @Override public void debug(String message, Throwable cause) {}
            @Override public void warn(String message) {}
            @Override public void warn(String message, Throwable cause) {}
        };
        ClassListBuilder own = new ClassListBuilder(log);
        for (int i = 2; i < arguments.length; i++) {
            own.process(new File(arguments[i]));
        }
        if (own.getPackages().isEmpty()) {
            throw new IllegalStateException("no classes in " + arguments[2]);
        }
        try (InputStream signature = new FileInputStream(arguments[0])) {
            SignatureChecker checker = new SignatureChecker(signature, own.getPackages(), log);
            checker.setSourcePath(List.of());
            checker.setAnnotationTypes(List.of());
            checker.process(new File(arguments[2]));
        }
        return found;
    }
}
