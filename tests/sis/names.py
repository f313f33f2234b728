"""The words from which made-up people and places are put together. Nobody here is a real person:
given and family names are drawn apart, and every address ends in .example."""

GIVEN = (
    "Ada Alba Alma Amara Amir Anika Anton Aria Astrid Aurel Bea Belén Bruno Cato Chiara Cleo Dario "
    "Delia Dmitri Edda Eira Elif Eliot Emre Enzo Esmé Fabian Farah Fenja Fiona Florin Gemma Gideon "
    "Greta Hakim Hanna Helio Hugo Ida Ilse Imani Ines Iñaki Irma Ivo Jada Jamal Jasper Joel Jonas "
    "José Juna Kaito Karim Keira Kofi Lara Leif Lena Levi Lior Lotte Luca Lucía Maeve Malik Mara "
    "Marek Maya Mei Mila Milo Mina Nadia Naël Nia Niko Noor Nora Odile Olga Omar Orla Oskar Otis "
    "Paola Pia Quinn Rafa René Rhea Rina Roan Rosa Ruben Sami Saskia Selma Sienna Sören Tala Tariq "
    "Tess Theo Tilda Tomás Uma Vera Viggo Wanda Xenia Yara Yusuf Zara Zoë Zuri 小明 丽"
).split()

FAMILY = (
    "Abara Achterberg Adeyo Almgren Alvaredo Ambrosi Anders Arslan Ashgrove Bakke Balint Barrow "
    "Bellweather Benítez Birk Bjornsson Blakely Borowy Brandt Bräuer Calloway Castaño Cerny Chandra "
    "Coldwell Cortez Dahlberg Darzi Delacroix Demir Dubois Dunmore Ekholm Elmsley Eriksen Fairbrook "
    "Falk Farrow Fontaine Fujita Gallo Garrick Goldmoor Granger Grünwald Haddad Halloran Hartwell "
    "Hedlund Holm Hoshino Ibarra Ito Jankowska Jensby Kaplan Karlsen Keller Kimura Kowalczyk Krüger "
    "Langley Larkin Lindqvist Lowell Lund Machado Madaki Marlow Mensah Merrow Mikkel Moreau Muñoz "
    "Nakamura Navarro Nguyen Núñez Oakes O'Hara Okafor Olander Ortega Osei Pacheco Patel Pell Peña "
    "Petrov Quill Ravn Reyes Rossi Rowan Sandoval Sato Schäfer Serrano Shaw Sorel Stavros Strand "
    "Svensson Tanaka Thorne Toivonen Umar Underhill Valdés Varga Vega Voss Wakefield Weiß Whitlock "
    "Winther Yamada Yilmaz Zamora Zeller 李 王 D'Angelo Smith-Núñez"
).split()

PLACES = (
    "Maple Birch Cedar Willow Juniper Hazel Aspen Alder Linden Rowan Sycamore Chestnut Spruce Hawthorn "
    "Larch Elder Magnolia Poplar Walnut Cypress Laurel Hickory Acacia Tamarack Redbud Mulberry Sequoia"
).split()

ELEMENTARY_SUBJECTS = ("Homeroom", "Reading", "Writing", "Mathematics", "Science", "Social Studies",
                       "Art", "Music")
SECONDARY_SUBJECTS = ("English", "Mathematics", "Science", "History", "Spanish", "Physical Education",
                      "Health", "Computing")
