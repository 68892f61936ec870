import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Properties;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Java's own producer under the workloads of this benchmark; see bench/rivals/order.ts for what it is told and tells. */
public final class ProduceJava {
    private static final int KEY_BYTES = 8;
    private static final int AT_ONCE = 10_000;
    private static final int PER_SECOND = 1_000;
    private static final int LATENCIES = 1_000_000;

    private final KafkaProducer<byte[], byte[]> producer;
    private final String topic;
    private final byte[][] values;
    private final byte[][] keys;
    private final LongAdder acked = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final AtomicReference<String> failure = new AtomicReference<>();
    private volatile boolean over;
    /** Milliseconds, since the window began. */
    private float[] latencies = new float[0];
    private int latencyCount;

    private ProduceJava(JsonNode order) throws Exception {
        JsonNode task = order.get("task");
        boolean floods = task.get("pace").asText().equals("flood");
        Properties settings = new Properties();
        settings.put("bootstrap.servers", order.get("bootstrap").asText());
        settings.put("acks", task.get("acks").asText().equals("all") ? "all" : "1");
        settings.put("enable.idempotence", task.get("idempotent").asText());
        settings.put("compression.type", task.get("compression").asText());
        settings.put("linger.ms", floods ? "5" : "0");
        settings.put("batch.size", "65536");
        settings.put("buffer.memory", "16777216");
        producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        topic = order.get("topic").asText();
        Path folder = Path.of(order.get("payload").asText());
        int bytes = task.get("bytes").asInt();
        values = pieces(Files.readAllBytes(folder.resolve("values-" + bytes + ".bin")), bytes);
        keys = pieces(Files.readAllBytes(folder.resolve("keys.bin")), KEY_BYTES);
    }

    private static byte[][] pieces(byte[] all, int bytes) {
        byte[][] pieces = new byte[all.length / bytes][];
        for (int i = 0; i < pieces.length; i++) pieces[i] = Arrays.copyOfRange(all, i * bytes, (i + 1) * bytes);
        return pieces;
    }

    public static void main(String[] args) throws Exception {
        JsonNode order = new ObjectMapper().readTree(System.getenv("BENCH_ORDER"));
        new ProduceJava(order).measure(order);
        System.exit(0);
    }

    private void measure(JsonNode order) throws Exception {
        String pace = order.get("task").get("pace").asText();
        Thread worker = new Thread(() -> work(pace));
        worker.start();
        Thread.sleep(order.get("warmUpMs").asLong());
        synchronized (this) {
            latencies = new float[pace.equals("flood") ? 0 : LATENCIES];
            latencyCount = 0;
        }
        long messages = acked.sum(), cpu = cpuNanos(), begin = System.nanoTime();
        Thread.sleep((long) (order.get("seconds").asDouble() * 1000));
        messages = acked.sum() - messages;
        cpu = cpuNanos() - cpu;
        long nanos = System.nanoTime() - begin;
        String latency = latency();
        over = true;
        worker.join();
        producer.flush();
        producer.close();
        String said = failure.get() == null ? "" : ",\"failure\":" + new ObjectMapper().writeValueAsString(failure.get());
        System.out.println("@outcome {\"messages\":" + messages + ",\"windowMs\":" + nanos / 1e6
            + ",\"cpuUs\":" + cpu / 1e3 + ",\"total\":" + acked.sum() + ",\"failed\":" + failed.sum()
            + ",\"maxRssMb\":" + maxRssMb() + latency + said + "}");
    }

    private void work(String pace) {
        switch (pace) {
            case "flood" -> flood();
            case "paced" -> paced();
            case "sequential" -> inTurns(1);
            case "concurrent" -> inTurns(AT_ONCE);
            default -> throw new IllegalArgumentException(pace);
        }
    }

    /** Blocks where the producer's buffer is full. */
    private void flood() {
        for (long call = 0; !over; call++) send(call, 0, null);
    }

    private void paced() {
        long started = System.nanoTime();
        for (long call = 0; !over; LockSupport.parkNanos(200_000))
            for (long due = (System.nanoTime() - started) / (1_000_000_000 / PER_SECOND); call < due; call++)
                send(call, System.nanoTime(), null);
    }

    /** So many at once, and again when all have ended. */
    private void inTurns(int atOnce) {
        Semaphore ended = new Semaphore(0);
        for (long call = 0; !over; ended.acquireUninterruptibly(atOnce))
            for (int i = 0; i < atOnce; i++) send(call++, atOnce == 1 ? System.nanoTime() : 0, ended);
    }

    private void send(long call, long at, Semaphore ended) {
        byte[] key = keys[(int) (call % keys.length)];
        byte[] value = values[(int) (call % values.length)];
        producer.send(new ProducerRecord<>(topic, key, value), (metadata, error) -> {
            if (error == null) acked.increment();
            else fail(error);
            if (at != 0) took(System.nanoTime() - at);
            if (ended != null) ended.release();
        });
    }

    private void fail(Exception error) {
        failed.increment();
        failure.compareAndSet(null, error.toString());
        if (failed.sum() >= 1000) over = true;
    }

    private synchronized void took(long nanos) {
        if (latencyCount < latencies.length) latencies[latencyCount++] = nanos / 1e6f;
    }

    private synchronized String latency() {
        if (latencyCount == 0) return "";
        float[] sorted = Arrays.copyOf(latencies, latencyCount);
        latencies = new float[0];
        Arrays.sort(sorted);
        return ",\"p50Ms\":" + sorted[sorted.length / 2] + ",\"p99Ms\":" + sorted[(int) (sorted.length * 0.99)];
    }

    private static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static long maxRssMb() throws Exception {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) return 0;
        return Files.readAllLines(status).stream().filter(line -> line.startsWith("VmHWM"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024).findFirst().orElse(0);
    }
}
