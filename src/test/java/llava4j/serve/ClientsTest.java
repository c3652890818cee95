package llava4j.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionContentPart;
import com.openai.models.chat.completions.ChatCompletionContentPartImage;
import com.openai.models.chat.completions.ChatCompletionContentPartText;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import llava4j.generate.Chat;
import llava4j.generate.Sampler;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A client that was not written for this server")
class ClientsTest {

    private static final String QUESTION = "describe the picture in detail.";
    private static final Path PICTURE = Served.picture(4);

    private static Served served;
    private static String expected;

    @BeforeAll
    static void serve() {
        llava4j.Llava model = Served.model();
        Chat chat = new Chat(model);
        chat.show(PICTURE);
        expected = chat.ask(QUESTION, 256, Sampler.greedy(), piece -> { });
        served = new Served(model, settings -> settings);
    }

    @AfterAll
    static void close() {
        served.close();
    }

    private static ChatCompletionCreateParams.Builder openAi(String url) {
        return ChatCompletionCreateParams.builder().model("llava").temperature(0).addUserMessageOfArrayOfContentParts(List.of(
                ChatCompletionContentPart.ofText(ChatCompletionContentPartText.builder().text(QUESTION).build()),
                ChatCompletionContentPart.ofImageUrl(ChatCompletionContentPartImage.builder().imageUrl(
                        ChatCompletionContentPartImage.ImageUrl.builder().url(url).build()).build())));
    }

    @Test
    @DisplayName("OpenAI's own, whole and streamed, and an error as one of its exceptions")
    void openAi() {
        OpenAIClient client = OpenAIOkHttpClient.builder().baseUrl(served.address + "v1").apiKey("none").maxRetries(0).build();
        ChatCompletion whole = client.chat().completions().create(openAi(Served.dataUri(PICTURE)).build());
        assertEquals(expected, whole.choices().get(0).message().content().orElseThrow());
        assertTrue(whole.usage().orElseThrow().promptTokens() > 10);
        try (StreamResponse<ChatCompletionChunk> chunks = client.chat().completions()
                .createStreaming(openAi(Served.dataUri(PICTURE)).build())) {
            assertEquals(expected, chunks.stream().flatMap(chunk -> chunk.choices().stream())
                    .map(choice -> choice.delta().content().orElse("")).collect(Collectors.joining()));
        }
        assertEquals("llava", client.models().list().data().get(0).id());
        BadRequestException error = assertThrows(BadRequestException.class,
                () -> client.chat().completions().create(openAi("data:image/png;base64,aGVsbG8=").build()));
        assertTrue(error.getMessage().contains("picture 1"), error.getMessage());
        client.close();
    }

    @Test
    @DisplayName("LangChain4j's, whole and streamed")
    void langChain() throws Exception {
        UserMessage message = UserMessage.from(TextContent.from(QUESTION), image());
        OpenAiChatModel model = OpenAiChatModel.builder().baseUrl(served.address + "v1").apiKey("none").modelName("llava")
                .temperature(0.0).maxRetries(0).build();
        assertEquals(expected, model.chat(message).aiMessage().text());

        OpenAiStreamingChatModel streaming = OpenAiStreamingChatModel.builder().baseUrl(served.address + "v1").apiKey("none")
                .modelName("llava").temperature(0.0).build();
        StringBuilder pieces = new StringBuilder();
        CompletableFuture<ChatResponse> done = new CompletableFuture<>();
        streaming.chat(List.of(message), new StreamingChatResponseHandler() {
            @Override
            public void onPartialResponse(String piece) {
                pieces.append(piece);
            }

            @Override
            public void onCompleteResponse(ChatResponse response) {
                done.complete(response);
            }

            @Override
            public void onError(Throwable failure) {
                done.completeExceptionally(failure);
            }
        });
        assertEquals(expected, done.get(60, TimeUnit.SECONDS).aiMessage().text());
        assertEquals(expected, pieces.toString());
    }

    private static ImageContent image() throws IOException {
        return ImageContent.from(Base64.getEncoder().encodeToString(Files.readAllBytes(PICTURE)), "image/png");
    }
}
