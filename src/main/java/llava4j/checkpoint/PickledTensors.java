package llava4j.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import llava4j.json.Fields;

/**
 * Reads a dictionary of float tensors out of a pickle, and nothing else.
 *
 * <p>A pickle's instructions push values on a stack and call functions with them. Here {@code GLOBAL} pushes a name, and
 * {@code REDUCE} accepts two names alone: {@code torch._utils._rebuild_tensor_v2}, whose arguments are noted and not acted
 * on, and {@code collections.OrderedDict} without arguments. What one would get wrong: to look functions up by name and call
 * those that seem harmless; a pickle from a stranger is a program from a stranger.
 */
final class PickledTensors {

    /**
     * A tensor as the pickle describes it.
     *
     * @param storage name of the file with its numbers
     * @param offset  of its first number in that file, in numbers
     */
    record Tensor(String storage, TensorType type, long offset, List<Long> shape) {
        long count() {
            return shape.stream().reduce(1L, Math::multiplyExact);
        }
    }

    /** The pickle holds something else; the message says what. */
    static final class NotPlain extends Exception {
        private static final long serialVersionUID = 1;

        NotPlain(String what) {
            super(what);
        }
    }

    private record Global(String name) {
    }

    private record Storage(String name, TensorType type) {
    }

    private static final Object MARK = new Object();
    private static final String REBUILD = "torch._utils _rebuild_tensor_v2";
    private static final String ORDERED = "collections OrderedDict";
    private static final Map<String, TensorType> STORAGES = Map.of("torch FloatStorage", TensorType.F32,
            "torch HalfStorage", TensorType.F16, "torch BFloat16Storage", TensorType.BF16);

    private final ByteBuffer program;
    private final Deque<Object> stack = new ArrayDeque<>();
    private final Map<Integer, Object> memo = new HashMap<>();

    private PickledTensors(byte[] program) {
        this.program = ByteBuffer.wrap(program).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The tensors by name. */
    static Map<String, Tensor> of(byte[] program) throws NotPlain {
        try {
            return new PickledTensors(program).dictionary();
        } catch (RuntimeException e) {          // too short, an empty stack, another type than an instruction needs
            throw new NotPlain("its data.pkl is damaged");
        }
    }

    private Map<String, Tensor> dictionary() throws NotPlain {
        while (true) {
            int instruction = Byte.toUnsignedInt(program.get());
            if (instruction == '.') {
                break;
            }
            step(instruction);
        }
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        if (!(stack.pop() instanceof Map<?, ?> found)) {
            throw new NotPlain("it holds no dictionary");
        }
        for (Map.Entry<?, ?> entry : found.entrySet()) {
            if (!(entry.getKey() instanceof String name) || !(entry.getValue() instanceof Tensor tensor)) {
                throw new NotPlain("there is more than tensors in its dictionary");
            }
            tensors.put(name, tensor);
        }
        return tensors;
    }

    private void step(int instruction) throws NotPlain {
        switch (instruction) {
            case 0x80 -> program.get();                                                    // PROTO
            case '}' -> stack.push(new LinkedHashMap<>());                                 // EMPTY_DICT
            case ')' -> stack.push(List.of());                                             // EMPTY_TUPLE
            case '(' -> stack.push(MARK);
            case 0x88 -> stack.push(true);                                                 // NEWTRUE
            case 0x89 -> stack.push(false);                                                // NEWFALSE
            case 'X' -> stack.push(text(program.getInt()));                                // BINUNICODE
            case 'J' -> stack.push((long) program.getInt());                               // BININT
            case 'K' -> stack.push((long) Byte.toUnsignedInt(program.get()));              // BININT1
            case 'M' -> stack.push((long) Short.toUnsignedInt(program.getShort()));        // BININT2
            case 0x8a -> stack.push(longNumber());                                         // LONG1
            case 'q' -> memo.put(Byte.toUnsignedInt(program.get()), stack.peek());         // BINPUT
            case 'r' -> memo.put(program.getInt(), stack.peek());                          // LONG_BINPUT
            case 'h' -> stack.push(memo.get(Byte.toUnsignedInt(program.get())));           // BINGET
            case 'j' -> stack.push(memo.get(program.getInt()));                            // LONG_BINGET
            case 't' -> stack.push(sinceMark());                                           // TUPLE
            case 0x85, 0x86, 0x87 -> stack.push(last(instruction - 0x84));                 // TUPLE1 … TUPLE3
            case 'c' -> stack.push(new Global(line() + " " + line()));                     // GLOBAL
            case 'Q' -> stack.push(storage((List<?>) stack.pop()));                        // BINPERSID
            case 'R' -> {                                                                  // REDUCE
                List<?> arguments = (List<?>) stack.pop();
                stack.push(called(((Global) stack.pop()).name(), arguments));
            }
            case 's' -> put(last(2));                                                      // SETITEM
            case 'u' -> put(sinceMark());                                                  // SETITEMS
            default -> throw new NotPlain("there is more than tensors in it");
        }
    }

    private String text(int length) {
        byte[] bytes = new byte[Math.min(length, program.remaining())];
        program.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private String line() {
        StringBuilder line = new StringBuilder();
        for (byte b = program.get(); b != '\n'; b = program.get()) {
            line.append((char) b);
        }
        return line.toString();
    }

    private long longNumber() {
        int length = Byte.toUnsignedInt(program.get());
        long value = 0;
        for (int i = 0; i < length; i++) {
            value |= (long) Byte.toUnsignedInt(program.get()) << 8 * i;
        }
        return value;
    }

    private List<Object> last(int count) {
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            values.add(0, stack.pop());
        }
        return values;
    }

    private List<Object> sinceMark() {
        List<Object> values = new ArrayList<>();
        for (Object value = stack.pop(); value != MARK; value = stack.pop()) {
            values.add(0, value);
        }
        return values;
    }

    @SuppressWarnings("unchecked")
    private void put(List<Object> keysAndValues) {
        Map<Object, Object> map = (Map<Object, Object>) stack.peek();
        for (int i = 0; i < keysAndValues.size(); i += 2) {
            map.put(keysAndValues.get(i), keysAndValues.get(i + 1));
        }
    }

    /** ("storage", type, name, device, numbers). */
    private static Storage storage(List<?> id) throws NotPlain {
        String type = ((Global) id.get(1)).name();
        String name = (String) id.get(2);
        if (!id.get(0).equals("storage") || !STORAGES.containsKey(type) || !name.matches("[0-9]+")) {
            throw new NotPlain("a tensor in it is neither float32 nor float16 nor bfloat16");
        }
        return new Storage(name, STORAGES.get(type));
    }

    /** (storage, offset, shape, strides, …), or an ordered dictionary without entries. */
    private static Object called(String function, List<?> arguments) throws NotPlain {
        if (function.equals(ORDERED) && arguments.isEmpty()) {
            return new LinkedHashMap<>();
        }
        if (!function.equals(REBUILD)) {
            throw new NotPlain("it calls " + Fields.shortened(function));
        }
        Storage storage = (Storage) arguments.get(0);
        List<Long> shape = numbers(arguments.get(2));
        List<Long> strides = numbers(arguments.get(3));
        long stride = 1;
        for (int i = shape.size() - 1; i >= 0; i--) {
            if (shape.get(i) > 1 && strides.get(i) != stride) {
                throw new NotPlain("a tensor in it is a view of another");
            }
            stride = Math.multiplyExact(stride, shape.get(i));
        }
        return new Tensor(storage.name(), storage.type(), (Long) arguments.get(1), shape);
    }

    private static List<Long> numbers(Object tuple) {
        return ((List<?>) tuple).stream().map(Long.class::cast).toList();
    }
}
