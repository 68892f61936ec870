import java.util.Base64;
import java.util.jar.JarFile;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.protocol.Errors;

/** Prints what the kafka-clients jar on the class path says of itself: its message tables and its error codes. */
public class KafkaTables {
    public static void main(String[] args) throws Exception {
        var jar = Errors.class.getProtectionDomain().getCodeSource().getLocation().getPath();
        try (var file = new JarFile(jar)) {
            for (var entry : file.stream().filter(one -> one.getName().matches("common/message/\\w+\\.json")).toList()) {
                var content = file.getInputStream(entry).readAllBytes();
                System.out.println("message " + Base64.getEncoder().encodeToString(content));
            }
        }
        for (var error : Errors.values()) {
            var retriable = error.exception() instanceof RetriableException;
            System.out.println("error " + error.code() + " " + error.name() + " " + retriable);
        }
    }
}
